// A commit or a recovery in a process of its own that is killed before its first call of the file system that matches a pattern,
// or copies a folder before each of them:
// run.js (commit|recover) <target> <pattern> (kill|copy <folder> <to>)
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { commit, recover } from '../../src/fs/commit.ts';
import { atCalls } from './calls.ts';
import { planNew } from './tree.ts';

const [work, target = '', pattern = '', action, folder = '', copies = ''] = process.argv.slice(2);
const plan = work === 'commit' ? await planNew(target) : [];
let calls = 0;

function act(call: string): void {
  if (!new RegExp(pattern).test(call)) return;
  if (action === 'kill') process.kill(process.pid, 'SIGKILL');
  // Unlike cpSync, cp keeps hard links, which are part of the state.
  else execFileSync('cp', ['-a', folder, join(copies, String(calls++))]);
}

await atCalls(act, () => (work === 'commit' ? commit(target, plan) : recover(target)));
