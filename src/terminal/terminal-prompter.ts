import { checkbox, confirm, input, search, select } from '@inquirer/prompts';
import { askThrough, chooseThrough, type Prompt, type PromptQuestion, resolveConflictThrough } from './prompts.ts';

// Only these: loading all of inquirer would delay the first question by half a second.
const kinds = { checkbox, confirm, input, search, select } as Record<
  PromptQuestion['type'],
  (question: object, context: { readonly signal: AbortSignal }) => Promise<unknown>
>;

/**
 * A prompter on the terminal of this process.
 * @param signal ends a prompt that is waiting for an answer
 */
export function terminalPrompter(signal: AbortSignal) {
  const prompt: Prompt = async ({ choices, filter, ...question }) => {
    const { type, default: initial } = question;
    // A checkbox has its default in the choices.
    const marked = choices?.map(choice => ({
      ...choice,
      ...(Array.isArray(initial) ? { checked: initial.includes(choice.value) } : {}),
    }));
    const answer = await kinds[type]({ ...question, ...(marked ? { choices: marked } : {}) }, { signal });
    return filter ? filter(answer as string) : answer;
  };
  return { ask: askThrough(prompt), resolveConflict: resolveConflictThrough(prompt), choose: chooseThrough(prompt) };
}
