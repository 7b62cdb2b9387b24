import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { dirname } from 'node:path';
import { allFiles } from '../../src/render/files.ts';

const page = readFileSync(fileURLToPath(new URL('../../../docs/reference.md', import.meta.url)), 'utf8');

/** The folders that a path is in: `a/b/c.py` is in `a/b/` and `a/`. */
const foldersOf = (path: string): string[] =>
  path.includes('/') ? [`${dirname(path)}/`, ...foldersOf(dirname(path))] : [];

describe('docs/reference.md', () => {
  it('says of every generated file, or of a folder that it is in, what it is', () => {
    const [, table = ''] = /\n## Files of a project\n([^]*)/.exec(page) ?? [];
    const named = new Set([...table.matchAll(/`([^`]+)`/g)].map(([, name]) => name));
    assert.ok(named.size > 20);
    for (const { path, service } of allFiles()) {
      const shown = service ? path.replace(/^%(?=\/)/, 'SERVICE') : path;
      assert.ok(
        [shown, ...foldersOf(shown)].some(name => named.has(name)),
        path,
      );
    }
  });
});
