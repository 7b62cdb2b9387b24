import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const { importsBelow, roomFaults, rooms } = (await import(join(root, 'tools/rooms.mjs'))) as {
  rooms: readonly string[];
  importsBelow: (folder: string) => ReadonlyMap<string, readonly string[]>;
  roomFaults: (imports: ReadonlyMap<string, readonly string[]>, order?: readonly string[]) => readonly string[];
};

describe('the rooms of src/', () => {
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
});
