import { wellKnownNames } from '../catalog/packages.ts';
import type { Choice } from '../model/choices.ts';
import { Failure } from '../errors/failure.ts';
import { type QuestionContext, type Question, releaseOf } from '../model/questions.ts';

/** A question in the form of inquirer. Its name is that of its flag. */
export interface PromptQuestion {
  readonly name: string;
  readonly type: 'input' | 'confirm' | 'select' | 'search' | 'checkbox';
  readonly message: string;
  readonly default?: unknown;
  readonly choices?: readonly Line[];
  readonly source?: (term?: string) => readonly Line[];
  readonly filter?: (text: string) => string;
  readonly validate?: (answer: unknown) => true | string;
}

interface Line {
  readonly value: string;
  readonly name: string;
  readonly description?: string;
}

/** Asks one question: on the terminal, or through Yeoman's adapter. */
export type Prompt = (question: PromptQuestion) => Promise<unknown>;

/** Asks the questions of the model through a prompt. */
export function askThrough(prompt: Prompt) {
  return async <Value>(question: Question<Value>, context: QuestionContext): Promise<Value> =>
    (await kinds[question.prompt](prompt, question, context)) as Value;
}

type Ask = (prompt: Prompt, question: Question<unknown>, context: QuestionContext) => Promise<unknown>;

const kinds: Record<Question<unknown>['prompt'], Ask> = {
  input: (prompt, question, context) =>
    prompt({
      type: 'input',
      name: question.flag,
      message: question.message,
      default: question.initial(context),
      validate: text => complaint(question, String(text).trim(), context),
      filter: text => text.trim(),
    }),

  confirm: (prompt, { flag, message, initial }, context) =>
    prompt({ type: 'confirm', name: flag, message, default: initial(context) }),

  choice: (prompt, question, context) =>
    prompt({
      type: 'select',
      name: question.flag,
      message: question.message,
      choices: (question.choices?.(context) ?? []).map(line),
      default: question.initial(context),
    }),

  search: (prompt, question, context) =>
    prompt({
      type: 'search',
      name: question.flag,
      message: question.message,
      default: question.initial(context),
      source: (term = '') =>
        matches(term.trim(), (question.choices?.(context) ?? []).map(line), question.initial(context)),
      validate: choice => complaint(question, valueOf(choice), context),
    }),

  checkbox: (prompt, question, context) =>
    prompt({
      type: 'checkbox',
      name: question.flag,
      message: question.message,
      choices: (question.choices?.(context) ?? []).map(line),
      default: question.initial(context),
    }),

  packages: async (prompt, question, context) => {
    const chosen: string[] = [];
    for (;;) {
      const list = chosen.length > 0 ? ` [${chosen.join(', ')}]` : '';
      const answer = (await prompt({
        type: 'search',
        name: chosen.length > 0 ? `${question.flag}-${chosen.length + 1}` : question.flag,
        default: '',
        message: `${question.message.replace(/:$/, '')}${list}:`,
        source: (term = '') => packageChoices(term.trim(), releaseOf(context)?.name),
        validate: choice => complaint(question, [...chosen, valueOf(choice)].filter(Boolean), context),
      })) as string;
      if (answer === '') return chosen;
      chosen.push(answer);
    }
  },
};

/** The choices that contain the typed text, the default first, and the text itself: it may be a branch, a commit or a URL. */
function matches(term: string, lines: readonly Line[], initial: unknown): readonly Line[] {
  const first = lines.filter(({ value }) => value === initial);
  const found = [...first, ...lines.filter(({ value }) => value !== initial)].filter(({ value }) =>
    value.includes(term),
  );
  const isNew = term !== '' && !lines.some(({ value }) => value === term);
  return isNew ? [...found, { value: term, name: term }] : found;
}

/** The choices while a package is typed: well-known names that contain the text, and the text itself. */
function packageChoices(term: string, release?: string): Line[] {
  if (term === '') return [{ value: '', name: '(done)' }];
  const wanted = term.toLowerCase();
  const names = wellKnownNames(release).filter(name => name.includes(wanted));
  const ranked = [...names.filter(name => name.startsWith(wanted)), ...names.filter(name => !name.startsWith(wanted))];
  const typed = ranked.includes(wanted) ? [] : [term];
  return [...ranked.slice(0, 20), ...typed].map(value => ({ value, name: value }));
}

const line = ({ value, label, description }: Choice): Line => ({
  value,
  name: label,
  ...(description ? { description } : {}),
});

/** Some versions of inquirer pass the choice of a search to `validate`, others its value. */
const valueOf = (choice: unknown): string => String((choice as { value?: unknown } | null)?.value ?? choice);

/** What is wrong with an answer, in the form of inquirer: true if nothing is. */
function complaint(question: Question<unknown>, value: unknown, context: QuestionContext): true | string {
  try {
    question.parse(value, context, question.flag);
    return true;
  } catch (error) {
    if (error instanceof Failure) return `${error.message} ${error.hint}`;
    throw error;
  }
}

/** What can be done about a file that exists with different content. */
export type ConflictChoice = 'keep' | 'overwrite' | 'overwrite all' | 'stop';

/** Asks what to do about such a file. */
export const resolveConflictThrough =
  (prompt: Prompt) =>
  async ({ path }: { readonly path: string }): Promise<ConflictChoice> =>
    (await prompt({
      type: 'select',
      name: 'conflict',
      message: `${path} already exists with different content. What now?`,
      choices: [
        { value: 'keep', name: 'Keep it' },
        { value: 'overwrite', name: 'Overwrite it' },
        { value: 'overwrite all', name: 'Overwrite it, and all others' },
        { value: 'stop', name: 'Stop without writing anything' },
      ],
      default: 'keep',
    })) as ConflictChoice;

/** Asks the user to choose one of several values. */
export const chooseThrough =
  (prompt: Prompt) =>
  async (message: string, choices: readonly Choice[]): Promise<string> =>
    String(await prompt({ type: 'select', name: 'choice', message, choices: choices.map(line) }));
