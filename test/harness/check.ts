import assert from 'node:assert/strict';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Ended, execute, main, treeOf } from '../commands/process.ts';
import { checkDocument } from '../output-schema.ts';
import { type Input, secret } from './inputs.ts';

/** Most characters of one line of a message, and of all of them: a table of 5,000 packages has 200,000. */
const longestLine = 4200;
const longestOutput = 1_000_000;
/** Milliseconds for one run, on a machine that has much else to do. */
const patience = 60_000;

/** Runs the command in a folder. */
export type Runner = (args: readonly string[], cwd: string, env: Readonly<Record<string, string>>) => Promise<Ended>;

/** The command as it is shipped, as a process. */
export const shippedCommand: Runner = (args, cwd, env) => execute([process.execPath, main, ...args], { cwd, env });

/**
 * Runs the command with one input, in a folder of its own.
 * @param project a project to copy
 * @throws AssertionError if it breaks one of the promises that hold whatever the input is
 */
export async function check(input: Input, run: Runner, scratch: string, project: string): Promise<Ended> {
  const cwd = mkdtempSync(join(scratch, 'run-'));
  try {
    const shop = join(cwd, 'shop');
    if (input.project) cpSync(project, shop, { recursive: true });
    const place = input.project && input.inside ? shop : cwd;
    mkdirSync(join(cwd, 'home'));
    for (const [path, text] of Object.entries(input.files)) writeFileSync(join(place, path), text);
    const before = treeOf(cwd);
    const started = performance.now();
    const ended = await run(input.args, place, { ...input.env, HOME: join(cwd, 'home') });
    promises(input, ended, performance.now() - started, before, treeOf(cwd));
    return ended;
  } finally {
    rmSync(cwd, { recursive: true, force: true });
  }
}

function promises(
  { args }: Input,
  { code, stdout, stderr }: Ended,
  took: number,
  before: Readonly<Record<string, string>>,
  after: Readonly<Record<string, string>>,
): void {
  const said = `${stdout}\n${stderr}`;
  const about = `${JSON.stringify(args).slice(0, 500)}\n${said.slice(0, 2000)}`;
  assert.ok(code === 0 || code === 1 || code === 2, `exit code ${code}: ${about}`);
  assert.doesNotMatch(said, /Internal error|Maximum call stack/, about);
  assert.ok(!said.includes(secret), `a secret: ${about}`);
  assert.ok(
    said.split('\n').every(line => line.length <= longestLine || line.startsWith('  "help": "Usage: ')),
    `a long line: ${about}`,
  );
  assert.ok(said.length <= longestOutput, `${said.length} characters: ${about}`);
  assert.ok(took < patience, `${took} ms: ${about}`);
  // An update that has conflicts writes them, as a merge of git does.
  const isMerged =
    args.includes('update') && code === 1 && /^error: Merge conflicts in |"action": "conflict"/m.test(said);
  if (code !== 0 && !isMerged) assert.deepEqual(after, before, `written in spite of an error: ${about}`);
  if (code !== 0) assert.match(said, /^(error: |\s*failed |.*, \d+ failed$)|"(error|checks)": /m, `no error: ${about}`);
  if (args.includes('--json')) checkDocument(args, stdout);
  for (const [path, content] of Object.entries(after)) {
    if (before[path] === content) continue;
    const [mode = '', bytes = ''] = content.split(' ');
    const written = Buffer.from(bytes, 'base64').toString();
    const was = Buffer.from((before[path] ?? '').split(' ')[1] ?? '', 'base64').toString();
    assert.ok(was.includes(secret) || !written.includes(secret), `a secret in ${path} (${mode}): ${about}`);
  }
  assert.deepEqual(
    Object.keys(after).filter(path => /(^|\/)\.nix-python-container(\/|$)|\.nix-python-container\.\d+\./.test(path)),
    [],
    `left behind: ${about}`,
  );
}
