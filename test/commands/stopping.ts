// Loaded before the command (node --import): sends it a signal before its nth call that changes the disk, or that names a given
// file, as STOPPED_AT says (`SIGKILL 2 .yo-rc.json`).
import { atCalls, changing } from '../fs/calls.ts';

const [signal = '', n, file = ''] = (process.env.STOPPED_AT ?? '').split(' ');
let calls = 0;
void atCalls(
  call => {
    if (!changing.test(call) || !call.includes(file) || ++calls !== Number(n)) return;
    process.kill(process.pid, signal);
    // The command looks for signals every few milliseconds. From now on it does at every call, however fast the machine is.
    let seconds = process.uptime();
    process.uptime = () => (seconds += 1);
  },
  () => new Promise(() => {}),
);
