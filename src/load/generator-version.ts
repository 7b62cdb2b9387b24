import { readFileSync } from 'node:fs';
import { join } from 'node:path';

let loaded: string | undefined;

/** The version of this package. */
export function version(): string {
  loaded ??= (
    JSON.parse(readFileSync(join(import.meta.dirname, '../../../package.json'), 'utf8')) as { version: string }
  ).version;
  return loaded;
}
