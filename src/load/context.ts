import type { GatherOptions } from '../model/interview.ts';
import type { Choice } from '../model/choices.ts';
import type { Step } from '../plan/plan.ts';
import type { ConflictChoice } from '../terminal/prompts.ts';
import type { OutputStream } from '../terminal/output.ts';

/** Where a command prints. */
export interface Output {
  /** The current folder: paths are shown relative to it. */
  readonly folder: string;
  /** For messages, warnings and prompts. */
  readonly stderr: OutputStream;
  /** For results alone. */
  readonly stdout: OutputStream;
}

/** Asks the user. All are undefined without a terminal. */
export interface Prompter {
  readonly ask?: GatherOptions['ask'];
  /** Shows all answers once they are given. */
  readonly review?: GatherOptions['review'];
  /** Someone reads why an answer does not do, and gives another. */
  readonly canRetry?: boolean;
  /** Asks what to do about a file that exists with different content. */
  readonly resolveConflict?: (step: Step) => Promise<ConflictChoice>;
  /** Asks the user to choose one of several values. */
  readonly choose?: (message: string, choices: readonly Choice[]) => Promise<string>;
}

/** What a run can use of the process that it is in. */
export interface Context extends Output {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly today: Date;
  readonly signal: AbortSignal;
  /** How much an archive of nixpkgs may hold, in GiB, if the user says. */
  readonly maxArchive?: number;
  /** For how many seconds pip, uv or Nix may print nothing while packages are locked, if the user says. */
  readonly maxSilence?: number;
  /** Whether stdin and stdout are a terminal, outside of CI. */
  readonly interactive: boolean;
  /** Loads a prompter when something is to be asked; the terminal's is the default. */
  readonly prompter?: () => Promise<Prompter>;
}

/** The prompter of a run: it asks nothing without a terminal, or with `--json`. */
export async function prompterFor({ interactive, prompter, signal }: Context, json: boolean): Promise<Prompter> {
  if (!interactive || json) return {};
  if (prompter) return prompter();
  const { terminalPrompter } = await import('../terminal/terminal-prompter.ts');
  return terminalPrompter(signal);
}
