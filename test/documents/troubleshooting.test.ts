import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const page = readFileSync(join(root, 'docs/troubleshooting.md'), 'utf8');

/** The texts below some folders, with quotes as they are printed. */
const textsBelow = (...folders: readonly string[]): string[] =>
  folders.flatMap(folder =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter(path => /\.(ts|ejs)$/.test(path))
      .map(path => readFileSync(join(root, folder, path), 'utf8').replaceAll(/\\(["'`])/g, '$1')),
  );

/** So many characters of code are at most between two pieces of an error: the expression that the program fills in. */
const widest = 120;

/** Whether a text has the pieces of a quoted error one behind the other, where `…` stands for what the program fills in. */
function prints(text: string, error: string): boolean {
  const [first = '', ...others] = error.split('…').filter(piece => piece.trim() !== '');
  for (let start = text.indexOf(first); start >= 0; start = text.indexOf(first, start + 1)) {
    let end = start + first.length;
    const isNext = (piece: string): boolean => {
      const at = text.indexOf(piece, end);
      if (at < 0 || at - end > widest) return false;
      end = at + piece.length;
      return true;
    };
    if (others.every(isNext)) return true;
  }
  return false;
}

describe('docs/troubleshooting.md', () => {
  const texts = textsBelow('src', 'generators/app/templates');
  const [, ours = ''] = /\n## From this command[^\n]*\n([^]*?)\n## /.exec(page) ?? [];
  const errors = [...ours.matchAll(/^### `(.+)`$/gm)].map(([, error = '']) => error);

  it('quotes errors of this generator', () => {
    assert.ok(errors.length > 20, String(errors.length));
    assert.equal(errors.length, [...ours.matchAll(/^### /gm)].length);
  });

  for (const error of errors) {
    it(`quotes an error as it is in the code: ${error}`, () => {
      assert.ok(texts.some(text => prints(text, error)));
    });
  }

  it('would find out about an error that nothing prints', () => {
    assert.ok(!texts.some(text => prints(text, 'nixpkgs … has no such … as a walrus')));
  });
});
