import { type ProcessResult, runProcess } from '../process/run-process.ts';

/** Nix gave no answer. The message says why, to be put in brackets; it is empty where there is simply no Nix to ask. */
export class NixUnavailable extends Error {
  override readonly name = 'NixUnavailable';
}

/** Runs a command of Nix and gives what it prints. Throws NixUnavailable. */
export type Nix = (command: 'nix-store' | 'nix-instantiate', ...args: string[]) => Promise<string>;

/**
 * Nix for as long as `timeout` (milliseconds) lasts, over all its commands, and `signal` is not aborted.
 * It sees no NIX_PATH.
 */
export function nixWithin(
  timeout: number,
  environment: Readonly<Record<string, string | undefined>>,
  signal: AbortSignal,
): Nix {
  const deadline = Date.now() + timeout;
  return async (command, ...args) => {
    const left = Math.max(1, deadline - Date.now());
    const result = await runProcess(command, args, {
      environment: { ...environment, NIX_PATH: '' },
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
  // Without a store that works there is no pinned tree at hand either.
  if (fault === 'failed' && (command === 'nix-store' || storeOutOfReach.test(stderr))) return '';
  return message;
}
