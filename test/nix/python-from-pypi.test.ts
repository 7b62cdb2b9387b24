import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { formatLock, type LockFile } from '../../src/lock/lock-file.ts';
import { scratch } from '../commands/process.ts';
import { needs } from '../needs.ts';
import { nix, nixEnvironment } from '../nix-available.ts';
import { rendered } from './rendered.ts';

const tree = fileURLToPath(new URL('../../../test/nixpkgs', import.meta.url));

describe('nix/python.nix of a project whose packages come from PyPI', function () {
  this.timeout(60_000);
  const folder = scratch();
  const project = join(folder, 'project');
  let env: NodeJS.ProcessEnv;

  before(needs('nix-instantiate'));
  before(() => {
    env = nixEnvironment(mkdtempSync(join(folder, 'nix-')));
    mkdirSync(join(project, 'nix'), { recursive: true });
    for (const name of ['lock.nix', 'markers.nix', 'pep440.nix', 'check_wheels.py', 'python.nix']) {
      writeFileSync(join(project, `nix/${name}`), rendered(`nix/${name}`, 'pypi'));
    }
  });

  interface Listed {
    readonly dependencies?: readonly string[];
    readonly dev?: readonly string[];
    readonly more?: string;
    readonly python?: string;
    readonly system?: string;
  }
  const evaluate = (
    attribute: string,
    { dependencies = ['flask>=3'], dev = [], more = '', python = '3.11', system = 'x86_64-linux' }: Listed,
  ): unknown => {
    writeFileSync(
      join(project, 'pyproject.toml'),
      `[project]\nname = "shop"\nrequires-python = "==${python}.*"\ndependencies = ${JSON.stringify(dependencies)}\n` +
        `[dependency-groups]\ndev = ${JSON.stringify(dev)}\n${more}\n`,
    );
    const expression = `(import ${project}/nix/python.nix { pkgs = import ${tree} { system = "${system}"; }; }).${attribute}`;
    return JSON.parse(nix(env, 'nix-instantiate', '--eval', '--strict', '--json', '-E', expression));
  };
  const problems = (listed: Listed = {}): string[] =>
    (evaluate('problems', listed) as { kind: string; subject: string; detail: string | null }[]).map(
      ({ kind, subject, detail }) => `${kind}: ${subject}${detail === null ? '' : ` (${detail})`}`,
    );

  const locked = (
    name: string,
    version: string,
    tag = 'py3-none-any',
    marker?: string,
  ): LockFile['packages'][number] => ({
    name,
    version,
    ...(marker === undefined ? {} : { marker }),
    wheels: [
      {
        name: `${name}-${version}-${tag}.whl`,
        url: `https://example.org/${name}-${version}-${tag}.whl`,
        hashes: { sha256: '0'.repeat(64) },
      },
    ],
  });
  const write = (
    packages: LockFile['packages'],
    more: LockFile['packages'] = [],
    rest: Partial<LockFile> = {},
  ): void => {
    writeFileSync(join(project, 'pylock.toml'), formatLock({ environments: [], ...rest, packages }));
    writeFileSync(join(project, 'pylock.dev.toml'), formatLock({ environments: [], packages: [...packages, ...more] }));
  };
  const flask = locked('flask', '3.1');

  it('has no problem with lock files that hold what is listed', () => {
    write([flask, locked('colorama', '1', 'cp39-cp39-win_amd64', "sys_platform == 'win32'")], [locked('pytest', '8')]);
    assert.deepEqual(problems({ dependencies: ['Flask >= 3', 'nothing; os_name == "nt"'], dev: ['pytest'] }), []);
  });

  it('names lock files that do not exist', () => {
    for (const path of ['pylock.toml', 'pylock.dev.toml']) rmSync(join(project, path), { force: true });
    assert.deepEqual(problems(), ['stale: pylock.toml (does not exist)', 'stale: pylock.dev.toml (does not exist)']);
  });

  it('names all that the lock files lack, once', () => {
    write(
      [
        locked('flask', '2.0'),
        locked('native', '1', 'cp311-cp311-macosx_11_0_arm64'),
        { name: 'source', version: '1', wheels: [] },
      ],
      [],
      { environments: ["platform_machine == 'aarch64'"], requiresPython: '==3.12.*' },
    );
    assert.deepEqual(problems({ dev: ['pytest<9'] }), [
      'stale: pylock.toml (not locked for x86_64-linux)',
      'stale: pylock.toml (not locked for Python 3.11.1)',
      'stale: flask>=3 (pylock.toml has 2.0)',
      'wheel: native 1',
      'wheel: source 1',
      'stale: flask>=3 (pylock.dev.toml has 2.0)',
      'stale: pytest<9 (not in pylock.dev.toml)',
    ]);
  });

  it('takes the wheel of each platform, and names what has none for one of them', () => {
    const both = ['x86_64', 'aarch64'].flatMap(
      machine => locked('native', '1', `cp311-cp311-manylinux_2_17_${machine}`).wheels,
    );
    const listed = { dependencies: ['native', 'intel'] };
    write([{ name: 'native', version: '1', wheels: both }, locked('intel', '1', 'cp311-cp311-manylinux_2_17_x86_64')]);
    assert.deepEqual(problems(listed), []);
    assert.deepEqual(problems({ ...listed, system: 'aarch64-linux' }), ['wheel: intel 1']);
  });

  it('refuses two resolutions, and a package twice', () => {
    write([flask], [locked('six', '1'), locked('six', '2')]);
    writeFileSync(join(project, 'pylock.toml'), formatLock({ environments: [], packages: [locked('flask', '3.0')] }));
    assert.deepEqual(problems(), [
      'stale: six 2 (twice in pylock.dev.toml)',
      'stale: flask 3.0 (pylock.dev.toml has 3.1)',
    ]);
  });

  it('takes packages from nixpkgs in place of wheels, but not beside them', () => {
    const more = '[tool.nixpkgs]\npackages = ["Redis", "torch"]\nattributes.torch = "pytorch"';
    write([flask]);
    const listed = { dependencies: ['flask', 'redis>=4', 'torch'], more };
    assert.deepEqual(problems(listed), []);
    assert.deepEqual(evaluate('nixpkgsVersions', listed), { redis: '4.3.4', torch: '1.13.1' });
    assert.deepEqual(problems({ ...listed, dependencies: ['redis>=5'] })[0], 'stale: redis>=5 (nixpkgs has 4.3.4)');
    write([flask, locked('redis', '5')]);
    assert.deepEqual(problems(listed), ['stale: redis 5 (nixpkgs has it already, in version 4.3.4)']);
    assert.deepEqual(problems({ more: '[tool.nixpkgs]\npackages = ["nowhere"]' }), ['missing: nowhere']);
  });

  it('stops with one message that says what to do', () => {
    write([]);
    assert.throws(
      () => evaluate('runtime.drvPath', {}),
      ({ stderr }: { stderr: string }) =>
        /pyproject\.toml: the lock files cannot provide everything\.\n.*run nix-python-container lock:\n +flask>=3 \(not in pylock\.toml\)\n/.test(
          stderr,
        ),
    );
    assert.deepEqual(problems({ python: '3.99' }), ['python: requires-python = "==3.99.*" (nixpkgs has no python399)']);
  });
});
