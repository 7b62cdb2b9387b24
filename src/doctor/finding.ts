import type { Failure } from '../errors/failure.ts';

/** What a check came to: `failed` is what stops a build, `warning` what is worth knowing. */
export type State = 'ok' | 'warning' | 'failed';

/** One line of a diagnosis. The message has no full stop, so that it can go on. */
export interface Finding {
  readonly state: State;
  readonly message: string;
  /** The command that mends it. */
  readonly fix?: string;
}

/** It is as it should be. */
export const ok = (message: string): Finding => ({ state: 'ok', message });

/** A build can go on without it, or it could not be checked. */
export const warning = (message: string, fix?: string): Finding => ({
  state: 'warning',
  message,
  ...(fix === undefined ? {} : { fix }),
});

/** No build comes to an end with it. */
export const fault = (message: string, fix: string): Finding => ({ state: 'failed', message, fix });

/** What a failure tells its user, as a message. */
export const inWords = ({ message, hint }: Failure): string => `${message} ${hint}`.replace(/\.$/, '');
