import { chmodSync, copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const fileOf = (name: string): string => fileURLToPath(new URL(`../../../test/commands/${name}`, import.meta.url));

/** The versions of packages by name, oldest first. */
export type Index = Readonly<Record<string, readonly string[]>>;

/**
 * An environment with stand-ins for Nix, which would have to build a Python first, and for that Python's pip.
 * @param folder an empty one, for the stand-ins
 * @returns the environment, and a function that writes the index
 */
export function standInResolver(folder: string): { env: Record<string, string>; index: (packages: Index) => void } {
  const [bin, resolver] = [join(folder, 'bin'), join(folder, 'resolver/bin')];
  for (const path of [bin, resolver]) mkdirSync(path, { recursive: true });
  copyFileSync(fileOf('resolver-stand-in.py'), join(resolver, 'python3'));
  chmodSync(join(resolver, 'python3'), 0o755);
  const script = (name: string, text: string): void =>
    writeFileSync(join(bin, name), `#!/bin/sh\n${text}\n`, { mode: 0o755 });
  script('nix-build', `echo ${join(folder, 'resolver')}`);
  script('nix-instantiate', `echo '{"six": "1.17"}'`);
  // It has every tree.
  const tree = '/nix/store/00000000000000000000000000000000-source';
  script('nix-store', `[ "$1" = --print-fixed-path ] && echo ${tree} || true`);
  const file = join(folder, 'index.json');
  return {
    env: { PATH: `${bin}:${process.env.PATH}`, INDEX: file },
    index: packages =>
      writeFileSync(file, JSON.stringify({ flask: ['3.1'], gunicorn: ['23'], pytest: ['8'], ...packages })),
  };
}

/** Puts a stand-in for uv into a folder. */
export function standInUv(folder: string): void {
  mkdirSync(folder, { recursive: true });
  copyFileSync(fileOf('uv-stand-in.py'), join(folder, 'uv'));
  chmodSync(join(folder, 'uv'), 0o755);
}
