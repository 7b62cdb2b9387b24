// Runs a command, and copies its folder before each call that changes files: what it would leave if it was killed there. In a
// process of its own, which has ended when the copies are looked at, as one that was killed.
// states.js <folder> <copies> <argument>…
import { atCalls } from '../fs/calls.ts';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { changing } from './changing.ts';
import { inProcess } from './in-process.ts';

const [cwd = '', copies = '', ...args] = process.argv.slice(2);
let calls = 0;

await atCalls(
  call => {
    if (!changing.test(call)) return;
    calls += 1;
    // Unlike cpSync, cp keeps hard links, which are part of the state.
    execFileSync('cp', ['-a', cwd, join(copies, String(calls))]);
  },
  async () => {
    const { code, stderr } = await inProcess(args, cwd, process.env as Record<string, string>);
    if (code !== 0) process.stderr.write(stderr);
    process.exitCode = code ?? 1;
  },
);
