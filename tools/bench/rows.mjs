// What is measured: one row a process. A row runs in an empty folder, or in a copy of a project.
import { existsSync } from 'node:fs';

/**
 * @param {ReturnType<typeof import('./fixture.mjs').withPeers>} bench
 * @returns rows: `name` and `group` for the report, `args` of Node unless there is a `program`, `copyOf` a folder that the
 * process runs in a copy of, `asUser` not as root, `path` the PATH it sees, `until` on a terminal up to that text
 */
export function rowsOn({ place, command }) {
  const peer = path => place('peers/node_modules', path);
  const yo = peer('yo/lib/cli.js');
  return [
    { group: 'baseline', name: 'node -e 0', args: ['-e', '0'] },
    { group: 'baseline', name: 'a script that writes the same bytes', args: [place('script.cjs')] },
    { group: 'ours', name: 'new --yes', args: [command, 'hello', '--yes'] },
    { group: 'ours', name: 'new --dry-run --json', args: [command, 'hello', '--yes', '--dry-run', '--json'] },
    { group: 'ours', name: 'new, up to the first prompt', args: [command, 'hello'], until: 'Name of the project' },
    {
      group: 'ours',
      name: 'add requests, no Nix at hand',
      args: [command, 'add', 'requests'],
      copyOf: place('hello'),
      path: '/nowhere',
    },
    {
      group: 'ours',
      name: 'add requests, Nix asked',
      args: [command, 'add', 'requests'],
      copyOf: place('hello'),
      needs: 'nix-store',
    },
    {
      group: 'peers',
      name: 'create-vite, template vanilla',
      args: [peer('create-vite/index.js'), 'hello', '--template', 'vanilla', '--no-interactive', '--no-immediate'],
    },
    {
      group: 'peers',
      name: 'cookiecutter, the same bytes',
      program: 'cookiecutter',
      args: ['--no-input', place('cookiecutter')],
      needs: 'cookiecutter',
    },
    {
      group: 'peers',
      name: 'projen new project',
      args: [peer('projen/bin/projen'), 'new', 'project', '--no-git', '--no-post'],
    },
    { group: 'yo', name: 'yo empty', args: [yo, 'empty'], asUser: true },
    {
      group: 'yo',
      name: 'yo nix-python-container --yes',
      args: [yo, 'nix-python-container', 'hello', '--yes'],
      asUser: true,
    },
    {
      group: 'yo',
      name: 'yo code --quick',
      args: [yo, 'code', 'hello', '-t', 'ts', '-q', '--skip-install', '--skipOpen'],
      asUser: true,
    },
  ];
}

/** The rows whose programs are installed. */
export const possible = rows => rows.filter(({ needs }) => !needs || isInstalled(needs));

/** Whether a program is on the PATH. */
export const isInstalled = program =>
  (process.env.PATH ?? '').split(':').some(folder => existsSync(`${folder}/${program}`));
