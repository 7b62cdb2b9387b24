// A run in a process of its own that is killed ahead of its nth call into the file system that matches a pattern:
// run.js (commit|recover) <target> <n> <pattern>
import { commit, recover } from '../../src/fs/commit.ts';
import { atCall } from './calls.ts';
import { planNew } from './tree.ts';

const [work, target = '', n, pattern = ''] = process.argv.slice(2);
const plan = work === 'commit' ? await planNew(target) : [];
await atCall(
  Number(n),
  () => process.kill(process.pid, 'SIGKILL'),
  () => (work === 'commit' ? commit(target, plan) : recover(target)),
  new RegExp(pattern),
);
