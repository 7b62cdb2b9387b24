import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const read = (path: string) => readFileSync(fileURLToPath(new URL(`../../${path}`, import.meta.url)), 'utf8');

interface Locked {
  readonly integrity?: string;
  readonly resolved?: string;
  readonly hasInstallScript?: boolean;
}

describe('dependencies', () => {
  const { scripts, dependencies, devDependencies, ...others } = JSON.parse(read('package.json')) as Record<
    string,
    object
  >;
  const bundled = (JSON.parse(read('dist/bundled.json')) as readonly { name: string }[]).map(({ name }) => name);

  /** The packages in the table below a heading of docs/dependencies.md. */
  function table(heading: string): readonly string[] {
    const [, text = ''] = read('docs/dependencies.md').split(`\n## ${heading}\n`);
    const rows = text.split('\n## ', 1)[0]?.match(/^\| `.*$/gm) ?? [];
    return rows.map(row => {
      const [, name = '', reason = ''] = /^\| `([^`]+)` \| (.+) \|$/.exec(row) ?? [];
      assert.ok(name && reason.trim().length > 4, `without a reason: ${row}`);
      return name;
    });
  }

  const direct = Object.keys(devDependencies ?? {});

  it('of users have a reason each', () => {
    assert.deepEqual(table('Installed with the package'), Object.keys(dependencies ?? {}));
  });

  it('in the bundle have a reason each', () => {
    assert.deepEqual(
      table('Bundled into the package'),
      direct.filter(name => bundled.includes(name)),
    );
  });

  it('of the development have a reason each', () => {
    assert.deepEqual(
      table('For development'),
      direct.filter(name => !bundled.includes(name)),
    );
  });

  it('are of no further kind, and none is a folder or an address', () => {
    const kinds = Object.keys(others).filter(name => /dependenc|overrides|workspaces/i.test(name));
    assert.deepEqual(kinds, []);
    for (const range of Object.values({ ...dependencies, ...devDependencies }))
      assert.match(range as string, /^[~^]\d/);
  });

  it('are locked with their hashes, and without addresses', () => {
    const { packages } = JSON.parse(read('package-lock.json')) as { packages: Readonly<Record<string, Locked>> };
    const locked = Object.entries(packages).filter(([path]) => path !== '');
    assert.ok(locked.length > 300);
    for (const [path, { integrity, resolved }] of locked) {
      assert.match(integrity ?? '', /^sha512-/, path);
      assert.equal(resolved, undefined, path);
    }
    // Neither script is needed: esbuild's only makes its start faster, and that of yo looks for faults of the machine.
    assert.deepEqual(
      locked.flatMap(([path, { hasInstallScript }]) => (hasInstallScript ? [path] : [])),
      ['node_modules/esbuild', 'node_modules/yo'],
    );
  });

  it('run no script when they are installed, and no script of ours relies on npm to run another', () => {
    assert.ok(read('.npmrc').split('\n').includes('ignore-scripts=true'));
    const names = Object.keys(scripts ?? {});
    // With ignore-scripts, npm passes over these without a word.
    const before = names.filter(
      name => /^(pre|post)/.test(name) || ['install', 'prepare', 'dependencies'].includes(name),
    );
    assert.deepEqual(before, []);
  });
});
