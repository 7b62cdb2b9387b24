import type { GatherOptions } from '../model/answers.ts';
import type { Step } from '../plan/plan.ts';
import type { ConflictChoice } from '../terminal/prompts.ts';
import type { OutputStream } from '../terminal/output.ts';

/** Where a door puts what it has to tell. */
export interface Output {
  /** Where a run started: paths are shown as seen from there. */
  readonly folder: string;
  /** Talk: stderr. */
  readonly stderr: OutputStream;
  /** Results: stdout. */
  readonly stdout: OutputStream;
}

/** Ways to ask a person; each is undefined where nobody can be asked. */
export interface Prompter {
  readonly ask?: GatherOptions['ask'];
  /** Asks what to do with a file that was changed. */
  readonly resolveConflict?: (step: Step) => Promise<ConflictChoice>;
}

/** What a command runs in. */
export interface Context extends Output {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly today: Date;
  readonly signal: AbortSignal;
  /** Is there a person at a terminal, on both sides? */
  readonly interactive: boolean;
  /** Ways to ask that person, loaded only when something is to be asked; without it, the terminal's. */
  readonly prompter?: () => Promise<Prompter>;
}

/** The person to ask in a context; nobody is asked without a terminal, nor for a document (`--json`). */
export async function prompterFor({ interactive, prompter, signal }: Context, json: boolean): Promise<Prompter> {
  if (!interactive || json) return {};
  if (prompter) return prompter();
  const { terminalPrompter } = await import('../terminal/terminal-prompter.ts');
  return terminalPrompter(signal);
}
