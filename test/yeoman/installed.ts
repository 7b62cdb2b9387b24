import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Place } from '../commands/process.ts';

/** The checkout. */
export const root = fileURLToPath(new URL('../../..', import.meta.url));

/** An ordinary user if root runs the tests, since `yo` drops root's rights; otherwise the current user. */
export const user: Place['user'] = process.getuid?.() === 0 ? { uid: 1000, gid: 1000 } : undefined;

/** The package's tarball, which is the file TARBALL or packed into `folder`, and the paths in it. */
export function pack(folder: string): { readonly tarball: string; readonly paths: readonly string[] } {
  const tarball = process.env.TARBALL ?? packInto(folder);
  const listed = spawnSync('tar', ['--list', '--gzip', '--file', tarball], { encoding: 'utf8' });
  if (listed.status !== 0) throw new Error(`tar: ${listed.stderr}`);
  const paths = listed.stdout.trim().split('\n');
  return { tarball, paths: paths.map(path => path.replace(/^package\//, '')).sort(byName) };
}

function packInto(folder: string): string {
  const { status, stdout, stderr } = npm(root, 'pack', '--pack-destination', folder);
  if (status !== 0) throw new Error(`npm pack: ${stderr}`);
  return join(folder, stdout.trim());
}

export const byName = (a: string, b: string): number => (a < b ? -1 : 1);

/** The bundled modules that these modules load, statically or on first use. */
export function reachable(paths: readonly string[], found = new Set<string>()): Set<string> {
  for (const path of paths.filter(candidate => !found.has(candidate))) {
    found.add(path);
    const loads = readFileSync(join(root, path), 'utf8').matchAll(/\b(?:from|require)[ (]*"(\.[^"]+)"/g);
    reachable(
      [...loads].map(([, module = '']) => join(dirname(path), module)),
      found,
    );
  }
  return found;
}

/** Installs a tarball beside `yo` in a folder. Returns npm's stderr, or undefined if no registry can be reached. */
export function installBesideYo(folder: string, tarball: string): string | undefined {
  const { devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  writeFileSync(join(folder, 'package.json'), '{ "private": true }');
  const flags = ['--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline'];
  const { status, stderr } = npm(folder, 'install', ...flags, tarball, `yo@${devDependencies.yo}`);
  if (status === 0) return stderr;
  if (!process.env.CI && /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|ENETUNREACH/.test(stderr)) return undefined;
  throw new Error(`npm install: ${stderr}`);
}

/** A new empty folder below `parent` that `user` owns. */
export function folderOfUser(parent: string): string {
  chmodSync(parent, 0o755);
  const folder = mkdtempSync(join(parent, 'd-'));
  if (user) chownSync(folder, user.uid, user.gid);
  return folder;
}

/** Runs npm with its own configuration, as from a shell rather than from `npm test`. */
function npm(cwd: string, ...args: string[]) {
  const ofRun = /^npm_(package|lifecycle|command|config_(local_)?prefix|config_json)/;
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !ofRun.test(name)));
  mkdirSync(cwd, { recursive: true });
  return spawnSync('npm', args, { cwd, env, encoding: 'utf8' });
}
