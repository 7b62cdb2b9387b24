import { lstatSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Host, repository, work } from './host.ts';
import type { Project } from './project.ts';

const parts = 10;

/** Adds libraries of the host to a project's image, by nix/overrides.nix: ten store paths of real files. */
export function enlarge(project: Project, megabytes: number): void {
  const expression = `
  systemPackages = pkgs: map (part: pkgs.runCommand "ballast-\${toString part}" { } ''
    mkdir -p $out/share/ballast-\${toString part}
    find /usr/lib -xdev -type f -size -50M -printf '%s %p\\n' | LC_ALL=C sort -k2 | gawk -v part=\${toString part} '
      { sum += $1 } int(sum / ${(megabytes * 1e6) / parts}) == part { print $2 }' | while read -r file; do
      cp --parents "$file" $out/share/ballast-\${toString part}/
    done
  '') (builtins.genList (part: part) ${parts});
}
`;
  project.edit('nix/overrides.nix', /\}\n$/, expression);
}

/** Makes the suite's docker podman with overlayfs: its plain driver would copy the image below each layer. */
export function useOverlay({ root }: Host): void {
  const text = readFileSync(join(repository, 'test/e2e/host/docker'), 'utf8').replace('driver vfs', 'driver overlay');
  writeFileSync(`${root}${work}/bin/docker`, text, { mode: 0o755 });
}

/** The files below a folder, and their bytes; what a link leads to does not count. */
export function sizeOf(folder: string): { count: number; bytes: number } {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter(entry => entry.isFile());
  const bytes = files.reduce((sum, file) => sum + lstatSync(join(file.parentPath, file.name)).size, 0);
  return { count: files.length, bytes };
}

/** Bytes of all forms of the base image in a host's Nix store, without those that only the double of dockerTools makes. */
export function imageInStore({ root }: Host): number {
  const store = `${root}/nix/store`;
  return readdirSync(store)
    .filter(name => /^\w{32}-hello-base(-oci|\.tar\.gz)?$/.test(name))
    .map(name => join(store, name))
    .reduce((sum, path) => sum + (lstatSync(path).isFile() ? lstatSync(path).size : sizeOf(path).bytes), 0);
}

/** Bytes as megabytes for a table. */
export const inMegabytes = (bytes: number): string => (bytes / 1e6).toFixed(bytes < 1e6 ? 2 : 1);
