// Loaded before the command (node --import): sends it a signal before its nth call that changes the disk, or that names a given
// file, as STOPPED_AT says (`SIGKILL 2 .yo-rc.json`).
import { atCalls, changing } from '../fs/calls.ts';

const [signal = '', n, file = ''] = (process.env.STOPPED_AT ?? '').split(' ');
let calls = 0;
void atCalls(
  call => {
    if (changing.test(call) && call.includes(file) && ++calls === Number(n)) process.kill(process.pid, signal);
  },
  () => new Promise(() => {}),
);
