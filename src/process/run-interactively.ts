import { spawn } from 'node:child_process';
import type { Environment } from './environment.ts';

/** How a program runs whose output is shown while it runs. */
export interface InteractiveOptions {
  readonly folder: string;
  /** Its whole environment. */
  readonly environment: Environment;
  /** Interrupts it when aborted. */
  readonly signal: AbortSignal;
  /** Whether stdin and stderr are a terminal, where Ctrl-C reaches the program directly. */
  readonly interactive: boolean;
  /** Whether it draws its own progress: it gets the terminal then, if there is one. */
  readonly progress: boolean;
  /** Milliseconds of silence after which a line says so, each time; five minutes by default. Nothing is ended: compilers may be silent. */
  readonly reminder?: number;
  /** Gets its output. */
  readonly write: (text: string) => void;
}

/** How such a program ended: its exit code, null if a signal ended it, and what it printed unless it had the terminal. */
export interface InteractiveResult {
  readonly code: number | null;
  readonly log: string;
}

/**
 * Runs a program and shows its output. An abort interrupts it (SIGINT), so that it can clean up; its end is still awaited.
 * @throws the system's error if it cannot be started
 */
export function runInteractively(
  program: string,
  args: readonly string[],
  { folder, environment, signal, interactive, progress, reminder = 300_000, write }: InteractiveOptions,
): Promise<InteractiveResult> {
  const child = spawn(program, args, {
    cwd: folder,
    env: environment,
    stdio: interactive && progress ? ['inherit', 2, 2] : ['ignore', 'pipe', 'pipe'],
    // In a process group of its own, to interrupt all of it; on a terminal it has to stay in the foreground group.
    detached: !interactive,
  });
  let log = '';
  let heard = Date.now();
  const remind = (): void => {
    const minutes = Math.round((Date.now() - heard) / 6000) / 10;
    write(`(${program} has printed nothing for ${minutes} min; Ctrl-C ends it)\n`);
  };
  // What has the terminal itself shows that it goes on.
  let reminding = child.stdout ? setInterval(remind, reminder) : undefined;
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      log += text;
      heard = Date.now();
      if (reminding) reminding = reminding.refresh();
      write(text);
    });
  }
  const interrupt = (): void => {
    try {
      if (child.pid && child.exitCode === null) process.kill(interactive ? child.pid : -child.pid, 'SIGINT');
    } catch {
      // It has just ended.
    }
  };
  if (signal.aborted) interrupt();
  signal.addEventListener('abort', interrupt, { once: true });
  return new Promise<InteractiveResult>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', code => resolve({ code, log }));
  }).finally(() => {
    clearInterval(reminding);
    signal.removeEventListener('abort', interrupt);
  });
}
