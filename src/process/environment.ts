/** The environment variables of a process. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Variables that tie git to one repository: those of `git rev-parse --local-env-vars`, and of hooks. git sets them in its hooks and
 * aliases. GIT_CONFIG_COUNT, GIT_CONFIG_GLOBAL and their kin stay: they hold users' settings, as GIT_CEILING_DIRECTORIES does.
 */
const ofOneRepository: readonly string[] = [
  ...['GIT_DIR', 'GIT_WORK_TREE', 'GIT_COMMON_DIR', 'GIT_INDEX_FILE', 'GIT_NAMESPACE', 'GIT_PREFIX'],
  ...['GIT_OBJECT_DIRECTORY', 'GIT_ALTERNATE_OBJECT_DIRECTORIES', 'GIT_QUARANTINE_PATH', 'GIT_SHALLOW_FILE'],
  ...['GIT_GRAFT_FILE', 'GIT_REPLACE_REF_BASE', 'GIT_NO_REPLACE_OBJECTS', 'GIT_IMPLICIT_WORK_TREE'],
  ...['GIT_CONFIG', 'GIT_CONFIG_PARAMETERS', 'GIT_INTERNAL_SUPER_PREFIX'],
];

const withoutRepository = (environment: Environment): Environment =>
  Object.fromEntries(Object.entries(environment).filter(([name]) => !ofOneRepository.includes(name)));

/** The environment of git: it finds the repository by its folder, asks nothing and answers in English. */
export const gitEnvironment = (environment: Environment): Environment => ({
  ...withoutRepository(environment),
  GIT_TERMINAL_PROMPT: '0',
  LC_ALL: 'C',
});

/** The environment of a Nix that reads the pinned nixpkgs only: without NIX_PATH, and without the repository of a git hook. */
export const nixEnvironment = (environment: Environment): Environment => ({
  ...withoutRepository(environment),
  NIX_PATH: '',
});

/** The environment of a build in a project's shell: the user's, without the repository of a git hook. */
export const buildEnvironment = withoutRepository;

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
