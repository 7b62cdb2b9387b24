import { cpSync, existsSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { environment, type Host, inhabitant, repository, work } from './host.ts';

/** The command, which runs on this machine whatever the ground: where, and with which variables. */
export interface Desk {
  readonly folder: string;
  readonly env: Record<string, string>;
}

/**
 * Lays out a folder for projects that has the same path on this machine and in the ground, so that what the command tells Bazel, and
 * Bazel the command, holds on both sides. What Nix does, it does in the ground.
 */
export function deskIn(host: Host): Desk {
  const { root, bazel } = host;
  const folder = `${work}/desk-${bazel}`;
  const ofGround = environment(host);
  const env = { ...ofGround, TERM: 'xterm-256color', HOME: `${folder}/home`, TMPDIR: `${folder}/tmp` };
  if (!existsSync(folder)) {
    for (const name of ['home', 'tmp', 'bin']) mkdirSync(join(root + folder, name), { recursive: true });
    if (root) {
      symlinkSync(root + folder, folder);
      for (const name of ['nix', 'nix-shell', 'nix-instantiate']) {
        cpSync(join(repository, 'test/e2e/host/nix'), join(folder, 'bin', name));
      }
      symlinkSync(`${work}/bin/docker`, join(folder, 'bin/docker'));
    }
  }
  return {
    folder,
    env: root
      ? {
          ...env,
          PATH: `${folder}/bin:/usr/bin`,
          E2E_INSIDE: ofGround.PATH as string,
          E2E_INHABITANT: `${inhabitant(host)}`,
        }
      : env,
  };
}
