import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { packRecord, readRecord, recordPath } from '../../src/plan/record.ts';
import { command } from './process.ts';

/** Generated projects by their flags: paths with bytes and modes. The same flags write the same bytes, which other tests check. */
const generated = new Map<string, ReadonlyMap<string, { readonly bytes: Buffer; readonly mode: number }>>();

/** Creates a project `hello` in a new folder below `parent`, by the command or from memory. Returns its folder. */
export async function project(parent: string, ...flags: string[]): Promise<string> {
  const cwd = mkdtempSync(join(parent, 'd-'));
  const folder = join(cwd, 'hello');
  const key = flags.join('\n');
  const files = generated.get(key);
  for (const [path, { bytes, mode }] of files ?? []) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), bytes, { mode });
  }
  if (files) return folder;
  const { code, stderr } = await command(['hello', '--yes', ...flags], { cwd });
  assert.equal(code, 0, stderr);
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' }).map(
    path => [path, statSync(join(folder, path))] as const,
  );
  generated.set(
    key,
    new Map(
      paths
        .filter(([, stats]) => stats.isFile())
        .map(([path, { mode }]) => [path, { bytes: readFileSync(join(folder, path)), mode }]),
    ),
  );
  return folder;
}

/** The same, committed to a new repository. */
export async function committed(parent: string, ...flags: string[]): Promise<string> {
  const cwd = await project(parent, ...flags);
  git(cwd, 'init', '--quiet');
  commitAll(cwd);
  return cwd;
}

/** Runs git with an author. Returns its output. */
export const git = (cwd: string, ...args: string[]): string =>
  execFileSync('git', ['-C', cwd, '-c', 'user.name=a', '-c', 'user.email=a@example.org', ...args], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });

export function commitAll(cwd: string): void {
  git(cwd, 'add', '--all');
  git(cwd, 'commit', '--quiet', '--message=x');
}

export const read = (...path: string[]): string => readFileSync(join(...path), 'utf8');

/** Changes the text of a file. Fails if that changes nothing. */
export function edit(cwd: string, path: string, change: (text: string) => string): void {
  const before = read(cwd, path);
  const after = change(before);
  assert.notEqual(after, before);
  writeFileSync(join(cwd, path), after);
}

/** The undo command that a run printed. */
export const undoCommand = (stderr: string): string => /^To undo, in .*:\n {2}(.*)$/m.exec(stderr)?.[1] ?? 'false';

/**
 * Turns a project into one that an older version of the generator wrote, with other texts in its files, and nobody changed.
 * @param changes by path, from the text that this version writes; undefined for a file that the older one did not write
 */
export function makeOlder(cwd: string, changes: Record<string, (text: string) => string | undefined>): void {
  const texts = new Map(readRecord(read(cwd, recordPath), recordPath));
  for (const [path, change] of Object.entries(changes)) {
    const [text, recorded] = [read(cwd, path), texts.get(path)].map(before => before && change(before));
    assert.notEqual(text, read(cwd, path));
    if (recorded === undefined) texts.delete(path);
    else texts.set(path, recorded);
    if (text === undefined) execFileSync('rm', [join(cwd, path)]);
    else writeFileSync(join(cwd, path), text);
  }
  writeFileSync(join(cwd, recordPath), packRecord(texts));
  edit(cwd, '.yo-rc.json', text => text.replace(/"version": ".*"/, '"version": "0.0.1"'));
}
