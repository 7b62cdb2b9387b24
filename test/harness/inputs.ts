// Random command lines, files and surroundings for the command, most of them wrong in some way.
import fc from 'fast-check';

/** Planted wherever a user might have a secret; nothing that is printed or written may hold it. */
export const secret = 'S3CRET';

/** One run of the command. */
export interface Input {
  /** What the current folder holds: files by name, and the project in `shop` or not. */
  readonly files: Readonly<Record<string, string>>;
  readonly project: boolean;
  /** Whether it runs inside of the project. */
  readonly inside: boolean;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

const { constant, constantFrom, oneof, array, record, string, tuple } = fc;

const long = fc.integer({ min: 1, max: 200_000 }).map(count => 'x'.repeat(count));
const nested = fc.integer({ min: 1, max: 20_000 }).map(count => '['.repeat(count) + ']'.repeat(count));
const odd = constantFrom(
  ...['', ' ', '-', '--', '.', '..', '/', '~', '*', '"', "'", '\\', '$(id)', '`id`', '\u202e', '\ufeff', '\u0001'],
  ...['0', '-1', '3.1', '1e400', 'null', 'true', 'undefined', '__proto__', 'constructor', 'a=b', 'é', '💥', 'a\nb'],
);
const text = oneof({ weight: 4, arbitrary: odd }, { weight: 2, arbitrary: string({ maxLength: 12 }) }, long);

const user = constantFrom(`me:${secret}@`, `${secret}@`, `me:a/${secret}@`, `me:a b${secret}@`, `me:"${secret}@`, '');
const host = constantFrom('127.0.0.1:9', 'h', '', 'h:99999', '[::1]:9', '[::1', 'h h', '%zz', 'nixpkgs.invalid');
const query = constantFrom(`?token=${secret}`, `?a=b&private_token=${secret}`, '', '#x');
const scheme = constantFrom('http://', 'https://', 'grpc://', 'file://', 'http:/', 'git+https://', 'ext::', 'HTTP://');
const url = tuple(scheme, user, host, constantFrom('/', '/a.tar.gz', '/%2e%2e/', '/x y'), query)
  .filter(([, name, , , asked]) => name !== '' || asked !== '#x')
  .map(parts => parts.join(''));

const name = constantFrom('shop', 'flask', 'a', 'My_App', 'x-'.repeat(40), 'con', 'import', 'test');
const requirement = oneof(
  constantFrom('requests', 'redis>=4', 'redis>=4,<3', 'uvicorn[standard]', 'a==*', 'flask', 'no-such-package-xyz'),
  constantFrom('pillow; python_version < "3"', './x', '-e .', '-r a.txt', '-r missing', `--index-url`, '# c'),
  url.map(at => `pkg @ ${at}`),
  url.map(at => `--index-url ${at}`),
  text,
);
const lines = array(requirement, { maxLength: 8 }).map(all => all.join('\n'));
const joined = fc.integer({ min: 1, max: 60_000 }).map(count => `a${' \\\n'.repeat(count)}b`);
const json = oneof(
  fc.json({ maxDepth: 3 }),
  nested,
  record(
    {
      name: oneof(name, text, nested, url),
      nixpkgs: oneof(url, text),
      python: oneof(constantFrom('3.12', '3.1', '4'), fc.integer()),
      packages: oneof(array(requirement, { maxLength: 3 }), text),
      remoteCache: url,
      bazel: constantFrom('8', 8, ''),
      ci: oneof(array(text, { maxLength: 2 }), constant('github')),
      quality: oneof(array(text, { maxLength: 2 }), constant('checks')),
    },
    { requiredKeys: [] },
  ).map(value => JSON.stringify(value)),
  text,
);
const toml = oneof(
  lines.map(all => `[project]\nname = "x"\ndependencies = ${JSON.stringify(all.split('\n'))}\n`),
  nested.map(value => `a = ${value}\n`),
  text,
);
const file = oneof(lines, joined, json, toml, text, constant('\0\0'), constant('<<<<<<< a\n=======\n>>>>>>> b\n'));

const flag = oneof(
  tuple(
    constantFrom(
      '--name',
      '--nixpkgs',
      '--python',
      '--packages',
      '--bazel',
      '--remote-cache',
      '--ci',
      '--quality',
      '--pins',
    ),
    oneof(text, url, name, requirement, constantFrom('26.05', '3.13', '8', 'github', 'drop', 'main')),
  ).map(([option, value]) => [`${option}=${value}`]),
  tuple(
    constantFrom('--requirements', '--answers'),
    constantFrom('a.txt', 'b.json', 'pyproject.toml', 'poetry.lock', 'environment.yml', 'Pipfile', '.', 'missing'),
  ).map(([option, value]) => [`${option}=${value}`]),
  tuple(constantFrom('--name', '--nixpkgs', '--max-archive'), text).map(pair => [...pair]),
  constantFrom('--dry-run', '--diff', '--force', '--json', '--verbose', '--yes', '--skip-missing', '--dev').map(one => [
    one,
  ]),
  constantFrom('--remove', '--upgrade', '--help', '--version', '--packages-from=pypi', '--packages-from=x').map(one => [
    one,
  ]),
  text.map(value => [`--${value}`]),
);

/** Runs that make sense, but for one word or option now and then. */
const sensible = oneof(
  tuple(
    constantFrom(['new', 'fresh'], ['fresh'], ['new', '.', '--name=fresh']),
    constantFrom(
      '--packages=requests',
      '--packages=redis>=4',
      '--ci=github',
      '--python=3.12',
      '--git',
      '--json',
      '--diff',
    ),
    constantFrom('--requirements=a.txt', '--requirements=pyproject.toml', '--answers=b.json', '--dry-run', '--bazel=7'),
    constantFrom('--skip-missing', '--pins=drop', '--packages-from=pypi', '--force', '--remote-cache=http://[::1]:80'),
  ).map(([first, ...flags]) => [...first, ...flags, '--yes']),
  tuple(
    constantFrom('add', 'remove'),
    array(constantFrom('requests', 'redis>=4', 'pillow', 'flask', 'pytest'), { maxLength: 3 }),
  ).map(([first, rest]) => [first, ...rest]),
  tuple(
    constant('add'),
    constantFrom('--requirements=a.txt', '--requirements=Pipfile', '--requirements=poetry.lock'),
    constantFrom('--skip-missing', '--force', '--dev'),
  ),
  tuple(constant('ci'), constantFrom('github', 'gitlab', 'none'), constantFrom('--dry-run', '--json', '--force')),
  tuple(constant('service'), constantFrom('worker', 'mail', 'shop'), constantFrom('--remove', '--diff', '--json')),
  tuple(
    constant('update'),
    constantFrom('--python=3.12', '--bazel=7', '--nixpkgs=25.11', '--force', '--diff'),
    constantFrom('--json', '--force'),
  ),
  tuple(constant('lock'), constantFrom('--upgrade', '--dry-run')),
  tuple(constantFrom('doctor', 'help', '--help', '--version')),
).map(words => [...words]);

const words = array(oneof(name, requirement, text, constantFrom('shop', 'worker', 'github', 'gitlab')), {
  maxLength: 3,
});
const command = constantFrom('new', 'add', 'remove', 'lock', 'ci', 'update', 'service', 'doctor', 'help', '', 'nwe');
const wild = tuple(command, words, array(flag, { maxLength: 5 }), fc.boolean()).map(([first, rest, flags, yes]) => [
  ...(first === '' ? [] : [first]),
  ...rest,
  ...flags.flat(),
  ...(yes ? ['--yes'] : []),
]);
const nearly = tuple(sensible, flag).map(([some, more]) => [...some, ...more]);

/** Any run. Names of folders are shortened: what is too long for the system is another test's. */
export const inputs: fc.Arbitrary<Input> = record({
  files: record(
    {
      'a.txt': file,
      'b.json': oneof(json, file),
      'pyproject.toml': oneof(toml, file),
      'poetry.lock': oneof(toml, file),
      'environment.yml': file,
      Pipfile: oneof(toml, file),
    },
    { requiredKeys: [] },
  ),
  project: constantFrom(true, true, true, false),
  inside: constantFrom(true, true, true, false),
  args: oneof({ weight: 4, arbitrary: sensible }, { weight: 2, arbitrary: nearly }, { weight: 3, arbitrary: wild }),
  env: oneof(
    { weight: 4, arbitrary: constant({}) },
    { weight: 1, arbitrary: record({ NIX_PYTHON_CONTAINER_NIXPKGS: oneof(url, text) }) },
    { weight: 1, arbitrary: record({ NIX_PYTHON_CONTAINER_REMOTE_CACHE: url }) },
    { weight: 1, arbitrary: record({ NIX_PYTHON_CONTAINER_PACKAGES: requirement }) },
    {
      weight: 2,
      arbitrary: record(
        {
          HTTPS_PROXY: url,
          PIP_INDEX_URL: url,
          GIT_DIR: constant('/nonexistent'),
        },
        { requiredKeys: [] },
      ),
    },
  ),
}).map(input => ({
  ...input,
  // The system passes no NUL, and no more than 128 KiB in one argument.
  args: input.args.map(arg => arg.replaceAll('\0', '').slice(0, 100_000)),
  env: Object.fromEntries(
    Object.entries<string>(input.env).map(([key, value]) => [key, value.replaceAll('\0', '').slice(0, 50_000)]),
  ),
}));
