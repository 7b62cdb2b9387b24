import type { Completion } from '../model/answers.ts';
import type { Step } from '../plan/plan.ts';
import type { Settlement } from '../terminal/prompts.ts';
import type { Screen } from '../terminal/output.ts';

/** Where a door puts what it has to tell. */
export interface Voice {
  /** Where a run started: paths are shown as seen from there. */
  readonly folder: string;
  /** Talk: stderr. */
  readonly screen: Screen;
  /** Results: stdout. */
  readonly out: Screen;
}

/** Ways to ask a person; each is undefined where nobody can be asked. */
export interface Person {
  readonly ask?: Completion['ask'];
  /** Asks what to do with a file that was changed. */
  readonly settle?: (step: Step) => Promise<Settlement>;
}

/** What a command runs in. */
export interface World extends Voice {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly today: Date;
  readonly signal: AbortSignal;
  /** Is there a person at a terminal, on both sides? */
  readonly interactive: boolean;
  /** Ways to ask that person, loaded only when something is to be asked; without it, the terminal's. */
  readonly person?: () => Promise<Person>;
}

/** The person to ask in a world; nobody is asked without a terminal, nor for a document (`--json`). */
export async function personIn({ interactive, person, signal }: World, json: boolean): Promise<Person> {
  if (!interactive || json) return {};
  if (person) return person();
  const { personAtTerminal } = await import('../terminal/terminal-prompter.ts');
  return personAtTerminal(signal);
}
