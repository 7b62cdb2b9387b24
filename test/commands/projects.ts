import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { packRecord, readRecord, recordPath } from '../../src/plan/record.ts';
import { command } from './process.ts';

/** A new project `hello` in a folder of its own below `parent`; gives its folder. */
export async function project(parent: string, ...flags: string[]): Promise<string> {
  const cwd = mkdtempSync(join(parent, 'd-'));
  const { code, stderr } = await command(['hello', '--yes', ...flags], { cwd });
  assert.equal(code, 0, stderr);
  return join(cwd, 'hello');
}

/** The same, committed to a repository of its own. */
export async function committed(parent: string, ...flags: string[]): Promise<string> {
  const cwd = await project(parent, ...flags);
  git(cwd, 'init', '--quiet');
  commitAll(cwd);
  return cwd;
}

/** Runs git as somebody; gives what it prints. */
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

/** Changes the text of a file, in a way that does change it. */
export function edit(cwd: string, path: string, change: (text: string) => string): void {
  const before = read(cwd, path);
  const after = change(before);
  assert.notEqual(after, before);
  writeFileSync(join(cwd, path), after);
}

/** The command that a run prints for the way back. */
export const undoCommand = (stderr: string): string => /^To undo, in .*:\n {2}(.*)$/m.exec(stderr)?.[1] ?? 'false';

/**
 * Makes a project one that an older version of the generator wrote, and nobody has changed: with other texts of the files.
 * @param changes by path, from the text that this version writes; undefined for a file that it had not
 */
export function makeOlder(cwd: string, changes: Record<string, (text: string) => string | undefined>): void {
  const texts = new Map(readRecord(read(cwd, recordPath), recordPath));
  for (const [path, change] of Object.entries(changes)) {
    const [text, recorded] = [read(cwd, path), texts.get(path)].map(text => text && change(text));
    assert.notEqual(text, read(cwd, path));
    if (recorded === undefined) texts.delete(path);
    else texts.set(path, recorded);
    if (text === undefined) execFileSync('rm', [join(cwd, path)]);
    else writeFileSync(join(cwd, path), text);
  }
  writeFileSync(join(cwd, recordPath), packRecord(texts));
  edit(cwd, '.yo-rc.json', text => text.replace(/"version": ".*"/, '"version": "0.0.1"'));
}
