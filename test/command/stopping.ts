// Loaded ahead of the command (node --import): sends it a signal ahead of its nth call that changes the disk, as STOPPED_AT
// (`SIGKILL 7`) says.
import { atCalls, changing } from '../disk/calls.ts';

const [signal = '', n] = (process.env.STOPPED_AT ?? '').split(' ');
let calls = 0;
void atCalls(
  call => {
    if (changing.test(call) && ++calls === Number(n)) process.kill(process.pid, signal);
  },
  () => new Promise(() => {}),
);
