import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What a file of this folder holds (`releases.json`). */
export const read = (file: string): unknown => JSON.parse(readFileSync(join(import.meta.dirname, file), 'utf8'));
