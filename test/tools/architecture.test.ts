import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execute, scratch } from '../commands/process.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const text = readFileSync(join(root, 'ARCHITECTURE.md'), 'utf8');

describe('SECURITY.md', () => {
  it('names files that exist, for what it says of each', () => {
    const security = readFileSync(join(root, 'SECURITY.md'), 'utf8');
    const names = [...security.matchAll(/`((?:src|test|tools|generators|docs|\.github)\/[\w./-]*)`/g)].map(
      ([, name = '']) => name,
    );
    assert.ok(names.length > 15, names.join(' '));
    assert.deepEqual(
      names.filter(name => !existsSync(join(root, name))),
      [],
    );
  });
});

describe('ARCHITECTURE.md', function () {
  this.timeout(30_000);
  const folder = scratch();

  it('names files that exist', () => {
    const names = [...text.matchAll(/`((?:src|test|tools|generators)\/[\w./-]+)`/g)].map(([, name]) => name as string);
    assert.ok(names.length > 40, names.join(' '));
    assert.deepEqual(
      names.filter(name => !existsSync(join(root, name))),
      [],
    );
  });

  /** The modules of src/ that a command loads when run from dist/. */
  async function loadedBy(line: string, cwd: string): Promise<Set<string>> {
    const coverage = join(folder, `coverage of ${line}`);
    mkdirSync(coverage);
    const main = join(root, 'dist/src/cli/main.js');
    const env = { NODE_V8_COVERAGE: coverage };
    const { code, stderr } = await execute([process.execPath, main, ...line.split(' ')], { cwd, env });
    assert.equal(code, 0, stderr);
    const prefix = `file://${root}dist/`;
    const urls = readdirSync(coverage).flatMap(name => {
      const { result } = JSON.parse(readFileSync(join(coverage, name), 'utf8')) as { result: { url: string }[] };
      return result.map(({ url }) => url);
    });
    const ours = urls.filter(url => url.startsWith(prefix));
    return new Set(ours.map(url => url.slice(prefix.length).replace(/\.js$/, '.ts')));
  }

  for (const [, line = '', steps = ''] of text.matchAll(/<!-- way: (.*) -->\n([^]*?)<!-- \/way -->/g)) {
    it(`names modules that ${line} loads`, async () => {
      const named = [...steps.matchAll(/`(src\/[\w/-]+\.ts)`/g)].map(([, name]) => name as string);
      assert.ok(named.length > 10);
      const loaded = await loadedBy(line, line.startsWith('new ') ? folder : join(folder, 'hello'));
      assert.deepEqual(
        named.filter(name => !loaded.has(name)),
        [],
      );
    });
  }
});
