// Loaded ahead of the command (node --import): sends it a signal ahead of its nth call that changes the disk, or of those
// that name a file, as STOPPED_AT (`SIGKILL 2 .yo-rc.json`) says.
import { atCalls, changing } from '../fs/calls.ts';

const [signal = '', n, file = ''] = (process.env.STOPPED_AT ?? '').split(' ');
let calls = 0;
void atCalls(
  call => {
    if (changing.test(call) && call.includes(file) && ++calls === Number(n)) process.kill(process.pid, signal);
  },
  () => new Promise(() => {}),
);
