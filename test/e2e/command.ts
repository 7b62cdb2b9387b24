import { cpSync, existsSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { environment, type Host, mountHolder, repository, work } from './host.ts';

/** Where the command runs, and with which variables: always on this machine, whatever the host. */
export interface CommandSetup {
  readonly folder: string;
  readonly env: Record<string, string>;
}

/**
 * Creates a folder for projects with the same path on this machine and on the host, so that paths which the command and Bazel
 * pass to each other are valid on both sides. Nix runs on the host.
 */
export function setUpCommand(host: Host): CommandSetup {
  const { root, bazel } = host;
  const folder = `${work}/command-${bazel}`;
  const hostEnvironment = environment(host);
  const env = { ...hostEnvironment, TERM: 'xterm-256color', HOME: `${folder}/home`, TMPDIR: `${folder}/tmp` };
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
          E2E_INSIDE: hostEnvironment.PATH as string,
          E2E_MOUNTS: `${mountHolder(host)}`,
        }
      : env,
  };
}
