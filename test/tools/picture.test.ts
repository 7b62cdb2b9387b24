import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { pictures } from '../../tools/picture/pictures.ts';

/** What a picture says: its texts, in the order in which they come. */
const texts = (svg: string): string[] => Array.from(svg.matchAll(/<text[^>]*>([^<]*)/g), ([, text = '']) => text);

describe('the picture of the README', function () {
  this.timeout(120_000);

  it('shows what the command prints now (fix: npm run picture)', async () => {
    for (const [path, drawn] of await pictures()) {
      const stored = readFileSync(fileURLToPath(new URL(`../../../${path}`, import.meta.url)), 'utf8');
      assert.deepEqual(texts(stored), texts(drawn), path);
      assert.ok(stored === drawn, `${path} is out of date; fix: npm run picture`);
      assert.ok(drawn.length < 60_000, `${path} takes ${drawn.length} bytes of the page`);
    }
  });
});
