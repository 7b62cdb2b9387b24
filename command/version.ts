import { readFileSync } from 'node:fs';

let loaded: string | undefined;

/** The version of this package. */
export function version(): string {
  loaded ??= (JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string })
    .version;
  return loaded;
}
