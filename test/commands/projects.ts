import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { packRecord, readRecord, recordPath } from '../../src/plan/record.ts';
import { command } from './process.ts';

/** Creates a project `hello` in a new folder below `parent`. Returns its folder. */
export async function project(parent: string, ...flags: string[]): Promise<string> {
  const cwd = mkdtempSync(join(parent, 'd-'));
  const { code, stderr } = await command(['hello', '--yes', ...flags], { cwd });
  assert.equal(code, 0, stderr);
  return join(cwd, 'hello');
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
