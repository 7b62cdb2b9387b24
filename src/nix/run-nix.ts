import { type Environment, nixEnvironment } from '../process/environment.ts';
import { type ProcessResult, runProcess } from '../process/run-process.ts';

/** Nix could not answer. The message says why, to be put in brackets; it is empty if there is no Nix that could. */
export class NixUnavailable extends Error {
  override readonly name = 'NixUnavailable';
}

/** Runs a command of Nix and returns what it prints. @throws NixUnavailable */
export type Nix = (command: 'nix-store' | 'nix-instantiate', ...args: string[]) => Promise<string>;

/**
 * A Nix whose commands may take `timeout` milliseconds in all, and are killed when `signal` is aborted. It does not see NIX_PATH.
 */
export function nixWithin(timeout: number, environment: Environment, signal: AbortSignal): Nix {
  const deadline = Date.now() + timeout;
  return async (command, ...args) => {
    const left = Math.max(1, deadline - Date.now());
    const result = await runProcess(command, args, {
      environment: nixEnvironment(environment),
      signal,
      timeout: left,
    });
    if (result.fault === undefined) return result.stdout;
    const reason = result.fault === 'timed-out' ? `no answer within ${timeout / 1000} s` : reasonOf(command, result);
    throw new NixUnavailable(reason, { cause: result.cause });
  };
}

const storeOutOfReach = /cannot connect|permission denied|read-only file system/i;

function reasonOf(command: string, { fault, stderr, message }: ProcessResult): string {
  if (fault === 'not-found' || fault === 'not-permitted' || fault === 'aborted') return '';
  // Without a working store there is no pinned tree either.
  if (fault === 'failed' && (command === 'nix-store' || storeOutOfReach.test(stderr))) return '';
  return message.replace(/^evaluation aborted with the following error message: '\s*/, 'evaluation aborted: ');
}
