import { checkbox, confirm, input, search, select } from '@inquirer/prompts';
import { askThrough, type Prompt, type PromptQuestion, resolveConflictThrough } from './prompts.ts';

// Not all of inquirer: with what it has for other questions, the first one would be half a second away.
const kinds = { checkbox, confirm, input, search, select } as Record<
  PromptQuestion['type'],
  (question: object, context: { readonly signal: AbortSignal }) => Promise<unknown>
>;

/**
 * Asks the questions of the table, and what to do with files that were changed, on this process's terminal.
 * @param signal ends a prompt that waits for an answer
 */
export function terminalPrompter(signal: AbortSignal) {
  const prompt: Prompt = async ({ choices, filter, ...question }) => {
    const { type, default: initial } = question;
    // Of several choices the default is given as their marks.
    const marked = choices?.map(choice => ({
      ...choice,
      ...(Array.isArray(initial) ? { checked: initial.includes(choice.value) } : {}),
    }));
    const answer = await kinds[type]({ ...question, ...(marked ? { choices: marked } : {}) }, { signal });
    return filter ? filter(answer as string) : answer;
  };
  return { ask: askThrough(prompt), resolveConflict: resolveConflictThrough(prompt) };
}
