import { presentable } from '../text/shown.ts';

/** Exit codes. 130 is what shells report for a process that Ctrl-C ended. */
export const ExitCode = { done: 0, failed: 1, badRequest: 2, interrupted: 130 } as const;
export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];

/**
 * The one error that users are meant to see.
 * `message` says what is wrong and where, `hint` what to do next, `exitCode` what the process ends with.
 */
export class Failure extends Error {
  override readonly name = 'Failure';
  readonly hint: string;
  readonly exitCode: ExitCode;
  /** The same as data, for `--json`. */
  readonly faults: readonly object[] | undefined;

  constructor(message: string, hint: string, exitCode: ExitCode, cause?: unknown, faults?: readonly object[]) {
    const sentence = presentable(message);
    super(/[.!?]$|\n/.test(sentence) ? sentence : `${sentence}.`, cause === undefined ? undefined : { cause });
    this.hint = presentable(hint);
    this.exitCode = exitCode;
    this.faults = faults;
  }

  /** The same under the name that `yo` hands to `process.exit`. */
  get code(): ExitCode {
    return this.exitCode;
  }
}

/** Invalid usage or input (exit code 2): nothing was written. */
export const badRequest = (message: string, hint: string, cause?: unknown, faults?: readonly object[]): Failure =>
  new Failure(message, hint, ExitCode.badRequest, cause, faults);

/** The request makes sense but could not be carried out (exit code 1). */
export const failed = (message: string, hint: string, cause?: unknown, faults?: readonly object[]): Failure =>
  new Failure(message, hint, ExitCode.failed, cause, faults);
