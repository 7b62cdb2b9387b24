import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';
import type { Environment } from './environment.ts';

/** How a process is run. */
export interface ProcessOptions {
  /** Its whole environment. */
  readonly environment: Environment;
  /** Its working directory; that of this process by default. */
  readonly folder?: string;
  /** Kills it when aborted. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds after which it is killed. */
  readonly timeout?: number;
  /** Milliseconds for which it may print nothing before it is killed. */
  readonly silence?: number | undefined;
  /** What it gets first when it is stopped; SIGTERM for one that has to clean up, for which it has an instant. */
  readonly stopSignal?: 'SIGKILL' | 'SIGTERM';
  /** How many bytes it may print on each of stdout and stderr before it is killed. */
  readonly maxOutput?: number;
}

/** Why a process gave no result. */
export type ProcessFault =
  /** There is no such program. */
  | 'not-found'
  /** This user may not run it. */
  | 'not-permitted'
  /** The system could not start it, for example because its arguments are too long. */
  | 'not-started'
  | 'timed-out'
  /** It printed nothing for as long as `silence`. */
  | 'silent'
  | 'aborted'
  /** It printed more than `maxOutput`. */
  | 'too-much-output'
  /** A signal ended it. */
  | 'killed'
  /** It exited with another code than 0. */
  | 'failed';

/** How a process ended. */
export interface ProcessResult {
  readonly stdout: string;
  readonly stderr: string;
  /** Undefined if it exited with code 0. */
  readonly fault?: ProcessFault;
  /** Undefined if it did not get as far as to exit. */
  readonly exitCode?: number;
  /**
   * One line, at most about 300 characters without control characters, that says what went wrong: the last error message that
   * the program printed, else how it ended. Empty if nothing did.
   */
  readonly message: string;
  readonly cause?: unknown;
}

const defaultMaxOutput = 2 ** 24;
const longestMessage = 300;
/** Milliseconds that a process has to end once it was stopped. One that the kernel holds up even after SIGKILL is left alone. */
const patience = 200;

/**
 * Runs a program without a shell and without input, and waits for its end. Never throws.
 * If it has to be stopped, it and its own children get SIGKILL, and nothing more is read from them: some ignore other signals,
 * or leave children behind that keep the pipes open. The result comes within half a second then.
 */
export function runProcess(
  program: string,
  args: readonly string[],
  {
    environment,
    folder,
    signal,
    timeout,
    silence,
    stopSignal = 'SIGKILL',
    maxOutput = defaultMaxOutput,
  }: ProcessOptions,
): Promise<ProcessResult> {
  return new Promise(resolve => {
    if (signal?.aborted) return resolve(unstarted('aborted', `${program} was not started`, signal.reason));
    let child: ChildProcess;
    try {
      child = spawn(program, args, {
        env: environment,
        cwd: folder,
        stdio: ['ignore', 'pipe', 'pipe'],
        // In a process group of its own, so that its children are killed with it.
        detached: true,
      });
    } catch (error) {
      return resolve(unstarted('not-started', (error as Error).message, error));
    }

    let stopped: ProcessFault | undefined;
    const stop = (why: ProcessFault): void => {
      if (stopped) return;
      stopped = why;
      send(child, stopSignal);
      clearTimeout(timer);
      clearTimeout(quiet);
      timer = setTimeout(stopSignal === 'SIGKILL' ? abandon : kill, patience);
    };
    const kill = (): void => {
      send(child, 'SIGKILL');
      timer = setTimeout(abandon, patience);
    };
    const abandon = (): void => {
      child.unref();
      finish(null, 'SIGKILL');
    };
    const heard = (): void => {
      clearTimeout(quiet);
      if (silence !== undefined && !stopped) quiet = setTimeout(() => stop('silent'), silence);
    };
    const output = {
      stdout: read(child.stdout, maxOutput, stop, heard),
      stderr: read(child.stderr, maxOutput, stop, heard),
    };
    const abort = (): void => stop('aborted');
    signal?.addEventListener('abort', abort);
    let quiet: NodeJS.Timeout | undefined;
    heard();
    let timer = timeout === undefined ? undefined : setTimeout(() => stop('timed-out'), timeout);
    const settle = (result: ProcessResult): void => {
      clearTimeout(timer);
      clearTimeout(quiet);
      signal?.removeEventListener('abort', abort);
      resolve(result);
    };

    const finish = (exitCode: number | null, killedBy: NodeJS.Signals | null): void => {
      const [stdout, stderr] = [output.stdout(), output.stderr()];
      if (exitCode === 0 && !stopped) return settle({ stdout, stderr, exitCode, message: '' });
      const fault = stopped ?? (exitCode === null ? 'killed' : 'failed');
      const message = {
        'timed-out': `no answer within ${(timeout ?? 0) / 1000} s`,
        silent: `${program} has printed nothing for ${(silence ?? 0) / 1000} s, and was ended`,
        aborted: `${program} was interrupted`,
        'too-much-output': `${program} printed more than ${maxOutput} bytes`,
        killed: `${program} was killed by ${killedBy}`,
        failed: errorIn(stderr) ?? `${program} exited with code ${exitCode}`,
      }[fault as Exclude<ProcessFault, 'not-found' | 'not-permitted' | 'not-started'>];
      settle({ stdout, stderr, fault, message, ...(exitCode === null ? {} : { exitCode }) });
    };
    child.on('close', finish);
    child.on('error', (error: NodeJS.ErrnoException) => {
      // A signal that could not be sent is reported here too.
      if (child.pid === undefined) settle(startFailure(program, folder, error));
    });
  });
}

const unstarted = (fault: ProcessFault, message: string, cause: unknown): ProcessResult => ({
  ...{ stdout: '', stderr: '', fault, message, cause },
});

function startFailure(program: string, folder: string | undefined, error: NodeJS.ErrnoException): ProcessResult {
  const { code, message } = error;
  if (code === 'ENOENT' && folder !== undefined && !existsSync(folder)) {
    return unstarted('not-started', `${folder} does not exist`, error);
  }
  if (code === 'ENOENT' || code === 'ENOTDIR') return unstarted('not-found', `${program} is not on PATH`, error);
  if (code === 'EACCES' || code === 'EPERM') {
    return unstarted('not-permitted', `no permission to run ${program}`, error);
  }
  return unstarted('not-started', message, error);
}

/** Collects what a stream carries, and returns it as a string when called. */
function read(
  stream: Readable | null,
  maxOutput: number,
  stop: (why: ProcessFault) => void,
  heard: () => void,
): () => string {
  const chunks: Uint8Array[] = [];
  let length = 0;
  stream?.on('data', (chunk: Uint8Array) => {
    heard();
    length += chunk.length;
    if (length > maxOutput) stop('too-much-output');
    else chunks.push(chunk);
  });
  return () => Buffer.concat(chunks).toString('utf8');
}

function send(child: ChildProcess, signal: NodeJS.Signals): void {
  if (signal === 'SIGKILL') {
    child.stdout?.destroy();
    child.stderr?.destroy();
  }
  try {
    if (child.pid !== undefined) process.kill(-child.pid, signal);
  } catch {
    // It has just ended.
  }
}

/**
 * The last error message in what a program printed: with Nix, the earlier ones say where it happened. It may go on over several
 * indented lines, but without the place in the source that Nix quotes. The first line if there is no `error:`; undefined if there
 * is nothing at all.
 */
export function errorIn(stderr: string): string | undefined {
  const lines = stripVTControlCharacters(stderr).split('\n');
  const start = lines.findLastIndex(line => errorLine.test(line));
  const rest = lines.slice(start + 1);
  const end = rest.findIndex(line => !continuation.test(line));
  const message =
    start < 0
      ? lines.find(line => line.trim() !== '')
      : [errorLine.exec(lines[start] ?? '')?.[1], ...(end < 0 ? rest : rest.slice(0, end))].join(' ');
  const line = message?.replace(/[\p{C}\s]+/gu, ' ').trim();
  return line && line.length > longestMessage ? `${line.slice(0, longestMessage)}…` : line || undefined;
}

const errorLine = /\b(?:error|fatal):[ \t]*(\S.*)/i;
const continuation = /^[ \t]{5,}(?!at [/«(]|\d*\|)[^ \t]/;
