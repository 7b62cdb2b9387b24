import { createPromptModule, type DistinctQuestion } from 'inquirer';
import { askThrough, type Prompt, settleThrough } from './prompts.ts';

/**
 * Asks the questions of the table, and what to do with files that were changed, on this process's terminal.
 * @param signal ends a prompt that waits for an answer
 */
export function personAtTerminal(signal: AbortSignal) {
  const module = createPromptModule({ signal });
  const prompt: Prompt = async question => {
    const answers: Record<string, unknown> = await module([question as DistinctQuestion]);
    return answers[question.name];
  };
  return { ask: askThrough(prompt), settle: settleThrough(prompt) };
}
