// Draws a session of the command for the README: docs/picture-light.svg and docs/picture-dark.svg. With `npm run picture`.
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { pictures } from './pictures.ts';

for (const [path, svg] of await pictures()) {
  writeFileSync(fileURLToPath(new URL(`../../../${path}`, import.meta.url)), svg);
}
