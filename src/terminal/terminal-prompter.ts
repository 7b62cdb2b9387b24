import { inquirerPrompt } from './inquirer-prompt.ts';
import { Keys } from './keys.ts';
import { prompterThrough } from './prompts.ts';

/**
 * A prompter on the terminal of this process.
 * @param signal ends a prompt that is waiting for an answer
 */
export function terminalPrompter(signal: AbortSignal) {
  const ask = inquirerPrompt(new Keys(), () => process.stdout.columns);
  return prompterThrough(question => ask(question, signal));
}
