import { styleText } from 'node:util';
import { checkbox, confirm, input, search, select } from '@inquirer/prompts';
import type { Keys, PromptContext } from './keys.ts';
import type { Line, PromptQuestion } from './prompt-form.ts';
import { wrap } from './wrap.ts';

// Only these: loading all of inquirer would delay the first question by half a second.
const kinds = { checkbox, confirm, input, search, select } as Record<
  PromptQuestion['type'],
  (question: object, context: PromptContext) => Promise<unknown>
>;

/** Rows of a list that are seen at once: with its question, it fits into 24. */
const pageSize = 12;

/**
 * Asks questions by inquirer's prompts on a terminal: in words that wrap, with what an answer is for in a dim line above, which goes
 * once there is an answer.
 */
export const inquirerPrompt =
  (keys: Keys, columns: () => number) =>
  (question: PromptQuestion, signal: AbortSignal): Promise<unknown> => {
    const { type, canGoBack = false } = question;
    return keys.during(context => kinds[type](shown(question, columns()), context), { signal, canGoBack });
  };

/** The question in the form of inquirer. */
function shown(question: PromptQuestion, columns: number): object {
  const { type, message, purpose = '', canGoBack, choices, source, validate, editable, default: initial } = question;
  const hint = [purpose, canGoBack ? 'Esc: back.' : ''].filter(Boolean).join(' ');
  const asked = wrap(message, columns - 3);
  const above = hint === '' ? '' : `${styleText('dim', wrap(hint, columns - 1))}\n`;
  const line = ({ name, description, ...rest }: Line): object => ({
    ...rest,
    // A cursor of two columns is before it.
    name: wrap(name, columns - 1, 2).replace(/^/, ''),
    short: name,
    ...(description ? { description: wrap(description, columns - 1) } : {}),
    // A checkbox has its default in the choices.
    ...(Array.isArray(initial) ? { checked: initial.includes(rest.value) } : {}),
  });
  return {
    type,
    message: asked,
    ...(initial === undefined ? {} : { default: initial }),
    pageSize,
    theme: {
      prefix: { idle: `${above}${styleText('blue', '?')}`, done: styleText('green', '✔') },
      style: {
        answer: (text: string) => styleText('cyan', beside(message, asked, text, columns - 3)),
        keysHelpTip: (keys: readonly (readonly [key: string, action: string])[]) =>
          wrap(
            keys
              .map(([pressed, action]) => `${styleText('bold', pressed)} ${styleText('dim', action)}`)
              .join(styleText('dim', ' • ')),
            columns - 1,
          ),
      },
    },
    ...(editable ? { prefill: 'editable' } : {}),
    ...(choices ? { choices: choices.map(line) } : {}),
    ...(source ? { source: (term?: string) => source(term).map(line) } : {}),
    ...(validate
      ? {
          validate: (answer: unknown) => {
            const fault = validate(answer);
            return typeof fault === 'string' ? wrap(fault, columns - 3) : fault;
          },
        }
      : {}),
  };
}

/** An answer as it goes on behind its question, which is wrapped alone: on the next line, where it does not fit. */
function beside(message: string, asked: string, answer: string, columns: number): string {
  const whole = wrap(`${message} ${answer}`, columns);
  return whole.startsWith(asked) ? whole.slice(asked.length).replace(/^ /, '') : answer;
}
