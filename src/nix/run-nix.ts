import { type ChildProcess, execFile } from 'node:child_process';
import { promisify, stripVTControlCharacters } from 'node:util';

const run = promisify(execFile);

/** Nix gave no answer. The message says why, for a pair of brackets; it is empty where that is nobody's concern. */
export class NixUnavailable extends Error {
  override readonly name = 'Unanswered';
}

/** Runs a command of Nix and gives what it prints. Throws Unanswered. */
export type Nix = (command: 'nix-store' | 'nix-instantiate', ...args: string[]) => Promise<string>;

/**
 * Nix for as long as `timeout` (milliseconds) lasts, over all its commands, and `signal` stops nothing.
 * It sees no NIX_PATH.
 */
export function nixWithin(
  timeout: number,
  environment: Readonly<Record<string, string | undefined>>,
  signal: AbortSignal,
): Nix {
  const deadline = AbortSignal.timeout(timeout);
  const overdue = `no answer within ${timeout / 1000} s`;
  const end = AbortSignal.any([signal, deadline]);
  const options = { env: { ...environment, NIX_PATH: '' }, maxBuffer: 2 ** 24, killSignal: 'SIGKILL' } as const;
  return async (command, ...args) => {
    let stop = (): void => {};
    try {
      end.throwIfAborted();
      const running = run(command, args, options);
      stop = () => stopNow(running.child);
      end.addEventListener('abort', stop);
      return (await running).stdout;
    } catch (error) {
      throw new NixUnavailable(deadline.aborted ? overdue : reason(command, error), { cause: error });
    } finally {
      end.removeEventListener('abort', stop);
    }
  };
}

/** Not by execFile's `signal`: it sends SIGTERM whatever `killSignal` says, and who ignores that keeps us from ending. */
function stopNow(child: ChildProcess): void {
  child.stdout?.destroy();
  child.stderr?.destroy();
  child.kill('SIGKILL');
}

// Not installed, or not for this user.
const absent = ['ENOENT', 'EACCES', 'ENOTDIR'];
const storeOutOfReach = /cannot connect|permission denied|read-only file system/i;

function reason(command: string, error: unknown): string {
  const { code, signal, stderr, message } = error as NodeJS.ErrnoException & { signal?: string; stderr?: string };
  if (absent.includes(String(code))) return '';
  if (signal) return `${command} was ended by ${signal}`;
  if (typeof code === 'string') return message;
  const text = stripVTControlCharacters(stderr ?? '');
  // Whoever has no store that works has no tree at hand either.
  if (command === 'nix-store' || storeOutOfReach.test(text)) return '';
  // The last one says what happened, those before it where.
  const said = [...text.matchAll(/error:[ \t]*(\S.*)/g)].at(-1)?.[1] ?? `${command} failed`;
  return said
    .replace(/\p{C}+/gu, ' ')
    .slice(0, 200)
    .trim();
}
