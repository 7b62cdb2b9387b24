/** The environment variables of a process. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** What the programs are run for: git; Nix, asked about the pinned nixpkgs; a build in the project's shell; pip or uv. */
type Purpose = 'git' | 'nix' | 'build' | 'resolver';

/** A variable that would bend what a program does here. */
interface Row {
  /** Names; one that ends in `*` is the beginning of names. */
  readonly names: readonly string[];
  readonly from: readonly Purpose[];
  /** What it is set to; removed if there is none. */
  readonly value?: string;
}

const all: readonly Purpose[] = ['git', 'nix', 'build', 'resolver'];

// What stays: users' settings (GIT_CONFIG_GLOBAL and _COUNT, NIX_CONFIG, NIX_REMOTE, NIX_CONF_DIR, NIXPKGS_ALLOW_UNFREE, PIP_INDEX_URL,
// UV_INDEX, BAZEL_NIX_REMOTE, ~/.bazelrc), how to reach the network (*_PROXY, NIX_SSL_CERT_FILE, SSL_CERT_FILE, NETRC, GIT_SSH_COMMAND),
// and where things are (PATH, HOME, TMPDIR, XDG_*, NIX_STORE_DIR).
const rows: readonly Row[] = [
  // They tie git to one repository: `git rev-parse --local-env-vars`, and what git sets for hooks and aliases. Nix and Bazel run git too.
  {
    names: [
      ...['GIT_DIR', 'GIT_WORK_TREE', 'GIT_COMMON_DIR', 'GIT_INDEX_FILE', 'GIT_NAMESPACE', 'GIT_PREFIX'],
      ...['GIT_OBJECT_DIRECTORY', 'GIT_ALTERNATE_OBJECT_DIRECTORIES', 'GIT_QUARANTINE_PATH', 'GIT_SHALLOW_FILE'],
      ...['GIT_GRAFT_FILE', 'GIT_REPLACE_REF_BASE', 'GIT_NO_REPLACE_OBJECTS', 'GIT_IMPLICIT_WORK_TREE'],
      ...['GIT_CONFIG', 'GIT_CONFIG_PARAMETERS', 'GIT_INTERNAL_SUPER_PREFIX', 'GIT_INDEX_VERSION', 'GIT_ATTR_SOURCE'],
    ],
    from: all,
  },
  // They change what the paths mean that git gets here.
  { names: ['GIT_LITERAL_PATHSPECS'], from: ['git'], value: '1' },
  { names: ['GIT_GLOB_PATHSPECS', 'GIT_NOGLOB_PATHSPECS', 'GIT_ICASE_PATHSPECS'], from: ['git'] },
  // Traces end up in stderr, in which the error is looked for, or in files.
  { names: ['GIT_TRACE*', 'GIT_CURL_VERBOSE', 'GIT_REDIRECT_*'], from: ['git'] },
  // git must neither ask nor show a window: nobody may be there to answer. Empty also turns off core.askPass.
  { names: ['GIT_TERMINAL_PROMPT'], from: ['git'], value: '0' },
  { names: ['GIT_ASKPASS'], from: ['git'], value: '' },
  { names: ['SSH_ASKPASS', 'SSH_ASKPASS_REQUIRE'], from: ['git'] },
  // `ext::` and other helpers would run any program that an address names.
  { names: ['GIT_ALLOW_PROTOCOL'], from: ['git'], value: 'file:git:http:https:ssh' },
  // Messages are read, so they must be in English.
  { names: ['LC_ALL'], from: ['git'], value: 'C' },
  { names: ['LANGUAGE'], from: ['git'] },
  { names: ['GIT_PAGER', 'NIX_PAGER', 'PAGER'], from: ['git', 'nix'], value: 'cat' },
  // The project pins its nixpkgs. A build keeps the variable: rules_nixpkgs would fetch again for another value, though it reads none.
  { names: ['NIX_PATH'], from: ['nix'], value: '' },
  // Figures on stderr, and on stdout for old versions of Nix.
  { names: ['NIX_SHOW_STATS', 'NIX_SHOW_STATS_PATH', 'NIX_COUNT_CALLS', 'NIX_SHOW_SYMBOLS'], from: ['nix', 'build'] },
  // Another shell than bash cannot run the commands of a build; without any, nix-shell takes that of the nixpkgs in NIX_PATH.
  { names: ['NIX_BUILD_SHELL'], from: ['build'], value: 'bash' },
  // bash reads these before the command: a program to run first, options that break scripts, functions in place of programs.
  { names: ['BASH_ENV', 'ENV', 'SHELLOPTS', 'BASHOPTS', 'BASH_FUNC_*', 'CDPATH'], from: ['build'] },
  // nixpkgs' launcher of Bazel refuses to start, or starts another Bazel.
  { names: ['USE_BAZEL_VERSION', 'BAZEL_REAL', 'BAZELISK_*'], from: ['build'] },
  // Of a Bazel that this runs under: it would share that one's output folder, and programs would look for files in it.
  {
    names: [
      'TEST_TMPDIR',
      'TEST_SRCDIR',
      'RUNFILES_*',
      'JAVA_RUNFILES',
      'PYTHON_RUNFILES',
      'BUILD_WORKSPACE_DIRECTORY',
    ],
    from: ['build'],
  },
  // No Python of the user's, and none of its packages.
  { names: ['PYTHONNOUSERSITE'], from: ['resolver'], value: '1' },
  { names: ['PYTHONPATH', 'PYTHONHOME', 'PYTHONSTARTUP', 'VIRTUAL_ENV'], from: ['build', 'resolver'] },
  { names: ['PIP_REQUIRE_VIRTUALENV'], from: ['resolver'], value: '0' },
  { names: ['PIP_PYTHON', 'UV_PYTHON', 'UV_PROJECT', 'UV_WORKING_DIRECTORY', 'CONDA_PREFIX'], from: ['resolver'] },
];

const matches = (name: string, pattern: string): boolean =>
  pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern;

/** An environment for one purpose, in which nothing around this program changes what is run. */
function environmentFor(purpose: Purpose, environment: Environment): Environment {
  const own = rows.filter(({ from }) => from.includes(purpose));
  const dropped = own.flatMap(({ names }) => names);
  const kept = Object.entries(environment).filter(([name]) => !dropped.some(pattern => matches(name, pattern)));
  const set = own.flatMap(({ names, value }) => (value === undefined ? [] : names.map(name => [name, value])));
  return Object.fromEntries([...kept, ...set]) as Environment;
}

/** The environment of git: it finds the repository by its folder, asks nothing and answers in English. */
export const gitEnvironment = (environment: Environment): Environment => environmentFor('git', environment);

/** The environment of a Nix that reads the pinned nixpkgs only. */
export const nixEnvironment = (environment: Environment): Environment => environmentFor('nix', environment);

/** The environment of a build in a project's shell. */
export const buildEnvironment = (environment: Environment): Environment => environmentFor('build', environment);

/** The environment of pip or uv: the user's configuration counts, but no Python of the user's. */
export const resolverEnvironment = (environment: Environment): Environment => environmentFor('resolver', environment);

const deadProxy = 'http://127.0.0.1:9';
const deadProxies = Object.fromEntries(
  ['HTTP_PROXY', 'HTTPS_PROXY', 'http_proxy', 'https_proxy'].map(name => [name, deadProxy]),
);

/** The environment of a program that must not download anything, such as a bazelisk that is asked for its version. */
export const offlineEnvironment = (environment: Environment): Environment => ({
  ...environment,
  ...deadProxies,
  NO_PROXY: '',
  no_proxy: '',
});
