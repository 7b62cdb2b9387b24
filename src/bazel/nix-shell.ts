import { spawn } from 'node:child_process';

/** What a build runs in. */
export interface Site {
  readonly folder: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
  /** Do stdin and stderr belong to a terminal, on which Ctrl-C reaches Bazel by itself? */
  readonly interactive: boolean;
  readonly write: (text: string) => void;
}

/** How a command in the shell ended, and what it printed if that went through a pipe. */
export interface Ended {
  readonly code: number | null;
  readonly log: string;
}

/**
 * Runs a command of bash in the project's shell (`nix-shell --run`). What it prints is passed on, to stderr. An abort of the
 * signal is a SIGINT for it; this waits until it has ended all the same.
 * @param options `progress`: it draws its progress itself, so it is given the terminal if there is one
 */
export function inShell(
  { folder, environment, signal, interactive, write }: Site,
  command: string,
  { progress, variables = {} }: { readonly progress: boolean; readonly variables?: Readonly<Record<string, string>> },
): Promise<Ended> {
  const child = spawn('nix-shell', ['--run', command], {
    cwd: folder,
    env: { ...environment, ...variables },
    stdio: interactive && progress ? ['inherit', 2, 2] : ['ignore', 'pipe', 'pipe'],
    // A group of its own, to interrupt all of it; on a terminal it has to stay in the foreground's.
    detached: !interactive,
  });
  let log = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      log += text;
      write(text);
    });
  }
  const interrupt = () => {
    if (child.pid && child.exitCode === null) process.kill(interactive ? child.pid : -child.pid, 'SIGINT');
  };
  signal.addEventListener('abort', interrupt, { once: true });
  return new Promise<Ended>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', code => resolve({ code, log }));
  }).finally(() => signal.removeEventListener('abort', interrupt));
}
