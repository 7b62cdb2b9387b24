import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The content of a JSON file in this folder (`releases.json`). */
export const read = (file: string): unknown => JSON.parse(readFileSync(join(import.meta.dirname, file), 'utf8'));
