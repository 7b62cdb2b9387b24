import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { checkDocument } from '../output-schema.ts';

/** The folder that is shipped: the command and the generators. */
export const shipped = fileURLToPath(new URL('../../../lib/', import.meta.url));

/** The command, as it is shipped. */
export const main = join(shipped, 'main.cjs');

/** How a process ended. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Where a process runs, and as whom. */
export interface Place {
  readonly cwd: string;
  readonly env?: Record<string, string>;
  readonly user?: { readonly uid: number; readonly gid: number } | undefined;
}

/** Runs the command as a process, without a terminal and without the variables of this process. A document is as its schema says. */
export async function command(args: readonly string[], place: Place): Promise<Ended> {
  const ended = await execute([process.execPath, main, ...args], place);
  if (args.includes('--json')) checkDocument(args, ended.stdout);
  return ended;
}

/** The variable that makes 26.05 the default, whose versions tests state: the catalog may have a newer release by now. */
export const stated = { NIX_PYTHON_CONTAINER_NIXPKGS: '26.05' };

/** The variables that a process inherits from the tests; NODE_V8_COVERAGE comes from `npm run coverage`. */
export function inherited(): Record<string, string> {
  const { PATH = '', HOME = '', NODE_V8_COVERAGE } = process.env;
  return { PATH, HOME, ...(NODE_V8_COVERAGE ? { NODE_V8_COVERAGE } : {}) };
}

/**
 * Runs any program in the same way.
 * @param meanwhile gets the process as soon as it runs
 */
export function execute(
  [program, ...args]: readonly [string, ...string[]],
  { cwd, env = {}, user }: Place,
  meanwhile: (child: ChildProcess) => void = () => {},
): Promise<Ended> {
  const child = spawn(program, args, {
    cwd,
    env: { ...inherited(), ...stated, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...user,
  });
  meanwhile(child);
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', text => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', text => (stderr += text));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', code => resolve({ code, stdout, stderr }));
  });
}

/** A new empty folder, removed after the tests of the file. */
export function scratch(): string {
  const folder = mkdtempSync(join(tmpdir(), 'npc-'));
  after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Every file below a folder, with its bytes and mode. */
export function treeOf(folder: string): Record<string, string> {
  return Object.fromEntries(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .map(entry => join(entry.parentPath, entry.name))
      .sort()
      .map(path => {
        const stats = statSync(path);
        const content = stats.isFile() ? readFileSync(path, 'base64') : '';
        return [relative(folder, path), `${stats.mode.toString(8)} ${content}`];
      }),
  );
}
