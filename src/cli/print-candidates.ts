import { ExitCode } from '../errors/failure.ts';
import type { Context } from '../load/context.ts';
import { candidatesFor } from './complete.ts';

/** Prints what the last of these words can become. Nothing is an error: a shell asks while a user types. */
export function printCandidates(words: readonly string[], { stdout, ...context }: Context): ExitCode {
  try {
    const candidates = candidatesFor(words, context);
    stdout.write(candidates.map(({ value, help }) => `${help ? `${value}\t${help}` : value}\n`).join(''));
    return ExitCode.done;
  } catch {
    return ExitCode.failed;
  }
}
