import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { scratch } from '../commands/process.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const { importsBelow, roomFaults, rooms } = (await import(join(root, 'tools/rooms.mjs'))) as {
  rooms: readonly string[];
  importsBelow: (folder: string) => ReadonlyMap<string, readonly string[]>;
  roomFaults: (imports: ReadonlyMap<string, readonly string[]>, order?: readonly string[]) => readonly string[];
};

describe('the rooms of src/', () => {
  const folder = scratch();

  it('are described in ARCHITECTURE.md, in their order', () => {
    const table = readFileSync(join(root, 'ARCHITECTURE.md'), 'utf8').matchAll(/^\| `([a-z]+)` \|/gm);
    assert.deepEqual(
      [...table].map(([, room]) => room),
      rooms,
    );
  });

  it('import only rooms below them, and nothing in a circle', () => {
    assert.deepEqual(roomFaults(importsBelow(join(root, 'src'))), []);
  });

  it('are found where one imports a room above it, where one is not in the list, and where modules form a circle', () => {
    const imports = new Map([
      ['low/a.ts', ['high/b.ts']],
      ['high/b.ts', ['high/c.ts']],
      ['high/c.ts', ['high/b.ts']],
      ['new/d.ts', []],
    ]);
    assert.deepEqual(roomFaults(imports, ['low', 'high']), [
      'src/low/a.ts imports src/high/b.ts, but high is above low',
      'src/new/d.ts: the room new is not in the list of tools/rooms.mjs',
      'import circle: high/b.ts → high/c.ts → high/b.ts',
    ]);
  });

  it('are found where one imports from outside of src/, and where a pure one imports the disk', () => {
    const imports = new Map([
      ['model/a.ts', ['node:fs/promises', 'node:path', '../tools/b.mjs']],
      ['fs/c.ts', ['node:fs']],
    ]);
    assert.deepEqual(roomFaults(imports), [
      'src/model/a.ts imports node:fs/promises, but model is pure',
      'src/model/a.ts imports ../tools/b.mjs, which is outside of src/',
    ]);
  });

  it('see every way to import', () => {
    const text = [
      "import { a } from '../x/a.ts';",
      "import type { B } from '../x/b.ts';",
      "import '../x/c.ts';",
      "export * from '../x/d.ts';",
      "const e = await import(\n  '../x/e.ts'\n);",
      "type F = import('../x/f.ts').F;",
      "import {\n  g,\n  type G,\n} from 'g';",
    ];
    mkdirSync(join(folder, 'here'));
    writeFileSync(join(folder, 'here/module.ts'), text.join('\n'));
    const targets = ['x/a.ts', 'x/b.ts', 'x/c.ts', 'x/d.ts', 'x/e.ts', 'x/f.ts', 'g'];
    assert.deepEqual([...importsBelow(folder)], [['here/module.ts', targets]]);
  });
});
