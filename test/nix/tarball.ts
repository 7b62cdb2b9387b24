import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { resolvePin } from '../../src/download/resolve-pin.ts';
import type { Pin } from '../../src/pin/pin.ts';

const small = fileURLToPath(new URL('../../../test/nixpkgs', import.meta.url));

/** Packs the small nixpkgs as a tarball in a new folder: Nix remembers for an hour what it found under a URL. */
export function pack(folder: string, files: Record<string, string> = {}): string {
  const place = mkdtempSync(join(folder, 'tarball-'));
  const tree = join(place, 'nixpkgs');
  cpSync(small, tree, { recursive: true });
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(tree, name, '..'), { recursive: true });
    writeFileSync(join(tree, name), text);
  }
  const tarball = join(place, 'nixpkgs.tar.gz');
  execFileSync('tar', ['-C', place, '-czf', tarball, 'nixpkgs']);
  return tarball;
}

/** The pin of such a tarball. */
export const pinOfTarball = (tarball: string): Promise<Pin> =>
  resolvePin({ kind: 'url', url: pathToFileURL(tarball).href });
