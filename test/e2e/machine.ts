import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { type Host, nixConf, work } from './host.ts';

interface Machine {
  /** Lines of its nix.conf, in addition to those of all hosts. */
  readonly nix: string;
  /** Whether nothing of this run's folder is seen there, so no project either. */
  readonly apart?: boolean;
  /** More mounts, as pairs FROM:OVER of paths that are seen there. */
  readonly mounts?: readonly string[];
}

/** Another machine with the programs of a host: an empty Nix store, and a home of its own. */
export function newMachine(host: Host, name: string, { nix, apart = false, mounts = [] }: Machine): Host {
  const folder = `${work}/machine-${name}`;
  for (const part of ['store', 'home', 'nix']) mkdirSync(`${host.root}${folder}/${part}`, { recursive: true });
  writeFileSync(`${host.root}${folder}/nix/nix.conf`, nixConf + nix);
  if (apart)
    cpSync(`${host.root}${work}/bin`, `${host.root}${folder}/bin`, { recursive: true, verbatimSymlinks: true });
  const own = apart ? [`${folder}:${work}`] : [`${folder}/home:${work}/home`, `${folder}/nix:${work}/nix`];
  return { ...host, mounts: [`${folder}/store:/nix`, ...mounts, ...own] };
}
