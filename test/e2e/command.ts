import { cpSync, existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
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

/** Installs the command on a host itself, with Node, for what runs programs of the host's Nix store; returns its path there. */
export function installCommand({ root }: Host): string {
  const folder = `${work}/nix-python-container`;
  const command = `${folder}/nix-python-container`;
  if (existsSync(root + command)) return command;
  mkdirSync(root + folder);
  cpSync(process.execPath, `${root}${folder}/node`);
  for (const name of ['lib', 'package.json']) {
    cpSync(join(repository, name), `${root}${folder}/${name}`, { recursive: true });
  }
  writeFileSync(root + command, `#!/bin/sh\nexec ${folder}/node ${folder}/lib/main.cjs "$@"\n`, { mode: 0o755 });
  return command;
}
