import { Failure } from '../errors/failure.ts';
import { type Choice, parseRevision } from '../model/choices.ts';
import { type Ask, type Asking, type back, type Question, type QuestionContext } from '../model/questions.ts';
import { parsePinRequest } from '../pin/pin.ts';
import { askPackages } from './package-prompt.ts';
import { complaint, type Line, type Prompt, valueOf } from './prompt-form.ts';
import { reviewThrough } from './review.ts';

/**
 * Asks everything through a prompt.
 * @param canRetry whether someone is there who can give another answer
 */
export const prompterThrough = (prompt: Prompt, canRetry = true) => ({
  canRetry,
  ask: askThrough(prompt),
  resolveConflict: resolveConflictThrough(prompt),
  choose: chooseThrough(prompt),
  review: reviewThrough(prompt),
});

/** Asks the questions of the model through a prompt. */
function askThrough(prompt: Prompt): Ask {
  /** The packages that were chosen before the user went back. */
  const chosen: string[] = [];
  return async <Value>(question: Question<Value>, context: QuestionContext, asking: Asking) =>
    (await kinds[question.prompt](prompt, question, context, { ...asking, chosen })) as Value | typeof back;
}

type AskKind = (
  prompt: Prompt,
  question: Question<unknown>,
  context: QuestionContext,
  asking: Asking & { readonly chosen: string[] },
) => Promise<unknown>;

const kinds: Record<Question<unknown>['prompt'], AskKind> = {
  input: async (prompt, question, context, asking) => {
    const answer = await prompt({
      ...common(question, context, asking),
      type: 'input',
      editable: asking.earlier !== undefined,
      validate: text => complaint(question, String(text).trim(), context),
    });
    return typeof answer === 'string' ? answer.trim() : answer;
  },

  confirm: (prompt, question, context, asking) => prompt({ ...common(question, context, asking), type: 'confirm' }),

  choice: (prompt, question, context, asking) =>
    prompt({ ...common(question, context, asking), type: 'select', choices: choicesOf(question, context) }),

  search: (prompt, question, context, asking) => {
    const initial = asking.earlier ?? question.initial(context);
    return prompt({
      ...common(question, context, asking),
      type: 'search',
      source: (term = '') => matches(term.trim(), choicesOf(question, context), initial),
      validate: choice => complaint(question, valueOf(choice), context),
    });
  },

  checkbox: (prompt, question, context, asking) =>
    prompt({ ...common(question, context, asking), type: 'checkbox', choices: choicesOf(question, context) }),

  packages: (prompt, question, context, { canGoBack, chosen }) =>
    askPackages(prompt, question, context, { purpose: question.purpose, canGoBack, chosen }),
};

const common = ({ flag, message, purpose, initial }: Question<unknown>, context: QuestionContext, asking: Asking) => ({
  name: flag,
  message,
  purpose,
  canGoBack: asking.canGoBack,
  default: asking.earlier ?? initial(context),
});

const choicesOf = (question: Question<unknown>, context: QuestionContext): readonly Line[] =>
  (question.choices?.(context) ?? []).map(line);

/** The choices that contain the typed text, the default first, and the text itself: it may be a branch, a commit or a URL. */
function matches(term: string, lines: readonly Line[], initial: unknown): readonly Line[] {
  const first = lines.filter(({ value }) => value === initial);
  const found = [...first, ...lines.filter(({ value }) => value !== initial)].filter(
    ({ value, name }) => value.includes(term) || name === term,
  );
  if (term === '' || found.some(({ value, name }) => value === term || name === term)) return found;
  const { meant, meaning } = meaningOf(term);
  const suggested = lines.filter(({ value }) => value === meant);
  // What is no revision can only be the start of one, or a mistake: the one that was meant is there to be taken.
  return suggested.length > 0 ? suggested : [...found, { value: term, name: term, description: meaning }];
}

/** What a revision of nixpkgs that was typed would be; else, which one was probably meant. */
function meaningOf(term: string): { readonly meaning: string; readonly meant?: string | undefined } {
  try {
    const { kind } = parsePinRequest(parseRevision(term, 'nixpkgs'));
    return { meaning: `used as the ${kind === 'url' ? 'URL of a tarball' : kind} ${term}` };
  } catch (error) {
    const [, meant] = /^Did you mean (\S+)\?/.exec(error instanceof Failure ? error.hint : '') ?? [];
    const meaning =
      meant === undefined ? 'not a release, branch, commit or URL that is known' : `Did you mean ${meant}?`;
    return { meaning, meant };
  }
}

const line = ({ value, label, description }: Choice): Line => ({
  value,
  name: label,
  ...(description ? { description } : {}),
});

/** What can be done about a file that exists with different content. */
export type ConflictChoice = 'keep' | 'overwrite' | 'overwrite all' | 'stop';

/** Asks what to do about such a file. */
const resolveConflictThrough =
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
const chooseThrough =
  (prompt: Prompt) =>
  async (message: string, choices: readonly Choice[]): Promise<string> =>
    String(await prompt({ type: 'select', name: 'choice', message, choices: choices.map(line) }));
