import { execFile } from 'node:child_process';
import { stripVTControlCharacters } from 'node:util';

/** How a process is run. */
export interface ProcessOptions {
  /** All of its environment. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Where it runs; without it, where this process runs. */
  readonly folder?: string;
  /** Ends it. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds until it is killed. */
  readonly timeout?: number;
  /** Bytes that it may print on each stream. */
  readonly maxOutput?: number;
}

/** Why a process gave no result. */
export type ProcessFault =
  /** There is no such program, or this user may not run it. */
  | 'not-found'
  | 'not-permitted'
  | 'timed-out'
  | 'aborted'
  /** It was ended by a signal, or printed more than it may. */
  | 'killed'
  | 'failed';

/** How a process ended. */
export interface ProcessResult {
  readonly stdout: string;
  readonly stderr: string;
  /** Undefined if it ended with exit code 0. */
  readonly fault?: ProcessFault;
  /** Its exit code, if it had one. */
  readonly exitCode?: number;
  /** One line that says what went wrong: the last error message of the program, or how it ended. */
  readonly message: string;
  readonly cause?: unknown;
}

const longestMessage = 300;

/**
 * Runs a program without a shell and waits for its end. Never throws.
 * When it is aborted or overdue, it gets SIGKILL and its pipes are closed: execFile's own `signal` sends SIGTERM, which a
 * program may ignore, and its children may hold the pipes open.
 */
export function runProcess(
  program: string,
  args: readonly string[],
  { environment, folder, signal, timeout, maxOutput = 2 ** 24 }: ProcessOptions,
): Promise<ProcessResult> {
  return new Promise<ProcessResult>(resolve => {
    let stopped: 'aborted' | 'timed-out' | undefined;
    if (signal?.aborted) {
      resolve({
        stdout: '',
        stderr: '',
        fault: 'aborted',
        message: `${program} was not started`,
        cause: signal.reason,
      });
      return;
    }
    const child = execFile(
      program,
      args,
      { env: environment, maxBuffer: maxOutput, ...(folder === undefined ? {} : { cwd: folder }) },
      (error, stdout, stderr) => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', abort);
        if (!error) {
          resolve({ stdout, stderr, exitCode: 0, message: '' });
          return;
        }
        const { code, signal: killedBy } = error as Error & { code?: string | number; signal?: string };
        const fault = stopped ?? faultOf(code, killedBy);
        const message =
          stopped === 'timed-out'
            ? `no answer within ${(timeout ?? 0) / 1000} s`
            : messageOf(program, { code, killedBy, stderr, error });
        resolve({
          ...{ stdout, stderr, fault, message, cause: error },
          ...(typeof code === 'number' ? { exitCode: code } : {}),
        });
      },
    );
    const stop = (why: 'aborted' | 'timed-out'): void => {
      stopped ??= why;
      child.stdout?.destroy();
      child.stderr?.destroy();
      child.kill('SIGKILL');
    };
    const abort = (): void => stop('aborted');
    const timer = timeout === undefined ? undefined : setTimeout(() => stop('timed-out'), timeout);
    signal?.addEventListener('abort', abort);
    // What cannot even be started, as with arguments that are too long, is thrown at once.
  }).catch((error: Error) => ({ stdout: '', stderr: '', fault: 'failed', message: error.message, cause: error }));
}

function faultOf(code: string | number | undefined, killedBy: string | undefined): ProcessFault {
  if (code === 'ENOENT' || code === 'ENOTDIR') return 'not-found';
  if (code === 'EACCES' || code === 'EPERM') return 'not-permitted';
  if (killedBy || typeof code === 'string') return 'killed';
  return 'failed';
}

function messageOf(
  program: string,
  {
    code,
    killedBy,
    stderr,
    error,
  }: {
    readonly code: string | number | undefined;
    readonly killedBy: string | undefined;
    readonly stderr: string;
    readonly error: Error;
  },
): string {
  if (code === 'ENOENT' || code === 'ENOTDIR') return `${program} is not on PATH`;
  if (code === 'EACCES' || code === 'EPERM') return `${program} may not be run by this user`;
  if (killedBy) return `${program} was killed by ${killedBy}`;
  if (typeof code === 'string') return error.message;
  return errorIn(stderr) ?? `${program} exited with code ${code}`;
}

/**
 * The last error message in what a program printed: the last one says what happened, those before it where. A message of Nix
 * may go on over several lines. Undefined if nothing was printed.
 */
export function errorIn(stderr: string): string | undefined {
  const text = stripVTControlCharacters(stderr);
  const errors = [...text.matchAll(/^[^\n]*?\b(?:error|fatal):[ \t]*(\S[^\n]*(?:\n[ \t]{5,}[^\n|]*\S)*)/gim)];
  const last = errors.at(-1)?.[1] ?? text.split('\n').find(line => line.trim() !== '');
  const line = last?.replace(/[\p{C}\s]+/gu, ' ').trim();
  return line && line.length > longestMessage ? `${line.slice(0, longestMessage)}…` : line || undefined;
}
