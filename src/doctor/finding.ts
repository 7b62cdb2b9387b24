import type { Failure } from '../errors/failure.ts';

/** `failed` stops a build, `warning` does not. */
export type State = 'ok' | 'warning' | 'failed';

/** One result of a check. The message has no full stop. */
export interface Finding {
  readonly state: State;
  readonly message: string;
  /** A shell command that fixes it. */
  readonly fix?: string;
}

export const ok = (message: string): Finding => ({ state: 'ok', message });

/** Something a build can do without, or that could not be checked. */
export const warning = (message: string, fix?: string): Finding => ({
  state: 'warning',
  message,
  ...(fix === undefined ? {} : { fix }),
});

/** Something that stops a build. */
export const failed = (message: string, fix: string): Finding => ({ state: 'failed', message, fix });

/** The message and the hint of a failure, as the message of a finding. */
export const messageOf = ({ message, hint }: Failure): string => `${message} ${hint}`.replace(/\.$/, '');
