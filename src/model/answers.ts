import { quoted } from '../text/shown.ts';
import { badRequest } from '../errors/failure.ts';
import type { Adopted } from './adopted.ts';
import type { Pin } from '../pin/pin.ts';
import {
  type Answers,
  type Question,
  type QuestionContext,
  questionNamed,
  questionNames,
  questions,
} from './questions.ts';

/** Answers from one place, unchecked. */
export interface AnswerSource {
  /** The place as messages name it: `--python`, `answers.json: python`. */
  readonly place: (name: keyof Answers) => string;
  readonly values: { readonly [Name in keyof Answers]?: unknown };
}

/** How to get the answers that no source has. */
export interface GatherOptions {
  /** Asks the user; undefined without a terminal. */
  readonly ask?: <Value>(question: Question<Value>, context: QuestionContext) => Promise<Value>;
  /** Use the defaults for questions without an answer. */
  readonly defaults: boolean;
  /** Resolves a revision of nixpkgs. */
  readonly pin: (nixpkgs: string) => Promise<Pin>;
  /** Further packages, from requirements files, whose markers depend on the version of Python (`3.13`). */
  readonly morePackages?: (answers: Pick<Answers, 'python' | 'packagesFrom'>) => Promise<readonly string[]>;
}

/** All answers, checked, and what an existing project adds to them. */
export interface GatheredAnswers {
  readonly answers: Answers;
  readonly pin: Pin;
  /** The dev group of an existing project, as normalised PEP 508 requirements; undefined: that of a new project. */
  readonly development?: readonly string[];
  /** The attributes that the users of an existing project set, by package: they override the catalog. */
  readonly entered?: ReadonlyMap<string, string>;
  /** The further services of an existing project. */
  readonly services?: readonly string[];
  /** The commands of its further processes, by name. */
  readonly processes?: Readonly<Record<string, string>>;
  /** The path of the project's folder in its git repository; without one, or in its root, empty. */
  readonly place?: string;
  /** What was in its folder before. */
  readonly adopted?: Adopted | undefined;
}

/**
 * Gathers the answers: each from the first source that has it, else from the user, else the default.
 * @param sources by precedence, highest first
 * @throws Failure (exit code 2) for an invalid value, or if required answers are missing and the user cannot be asked
 */
export async function gatherAnswers(
  sources: readonly AnswerSource[],
  { ask, defaults, pin, morePackages }: GatherOptions,
  start: Pick<QuestionContext, 'today' | 'folder' | 'hasCode' | 'requiresPython'>,
): Promise<GatheredAnswers> {
  const given = (name: keyof Answers): AnswerSource | undefined =>
    sources.find(({ values }) => values[name] !== undefined) ??
    (name === 'packages' && morePackages ? { place: () => '--requirements', values: { packages: [] } } : undefined);
  if (!ask && !defaults) refuseMissing(questionNames.filter(name => questions[name].required && !given(name)));

  // Before nixpkgs is downloaded: report what is invalid with any nixpkgs.
  const checkForms = ({ answers: { nixpkgs: _nixpkgs, ...answers }, ...rest }: QuestionContext): void => {
    for (const name of questionNames.slice(questionNames.indexOf('nixpkgs') + 1)) {
      const source = given(name);
      const question = questionNamed(name);
      if (source) parseAnswer(question, source.values[name], { ...rest, answers }, source.place(name));
    }
  };

  let context: QuestionContext = { ...start, answers: {} };
  for (const name of questionNames) {
    const source = given(name);
    const question = questionNamed(name);
    let value: unknown;
    if (source) {
      value = parseAnswer(question, source.values[name], context, source.place(name));
    } else if (ask && question.asked?.(context) !== false) {
      value = question.parse(await ask(question, context), context, `--${question.flag}`);
    } else {
      value = question.parse(question.initial(context), context, `--${question.flag}`);
    }
    if (name === 'packages' && morePackages) {
      const all = [...(value as string[]), ...(await morePackages(context.answers as Answers))];
      value = question.parse(all, context, '--requirements');
    }
    context = { ...context, answers: { ...context.answers, [name]: value } };
    if (name === 'nixpkgs') {
      checkForms(context);
      context = { ...context, pin: await pin(value as string) };
    }
  }
  return { answers: context.answers as Answers, pin: context.pin as Pin };
}

function refuseMissing(names: readonly (keyof Answers)[]): void {
  if (names.length === 0) return;
  const flags = names.map(name => `--${questions[name].flag}`).join(', ');
  throw badRequest(
    `Missing answers: ${flags}; there is no terminal to ask on.`,
    'Set them with the flags or an answers file, or accept the defaults with --yes.',
  );
}

/** The JSON type of a question's answer. */
export const typeOf = ({ prompt }: Question<unknown>): 'string' | 'boolean' | 'array' =>
  prompt === 'packages' || prompt === 'checkbox' ? 'array' : prompt === 'confirm' ? 'boolean' : 'string';

/**
 * Checks an answer from a flag, a file or the environment.
 * @throws Failure (exit code 2) if it is not of the question's JSON type, or invalid
 */
export const parseAnswer = <Value>(
  question: Question<Value>,
  value: unknown,
  context: QuestionContext,
  place: string,
): Value => question.parse(typed(value, question, place) as Value, context, place);

/** @throws Failure (exit code 2) if a value is not of the question's JSON type */
function typed(value: unknown, question: Question<unknown>, place: string): unknown {
  const fits = {
    string: () => typeof value === 'string',
    boolean: () => typeof value === 'boolean',
    array: () => Array.isArray(value) && value.every(item => typeof item === 'string'),
  };
  const type = typeOf(question);
  if (fits[type]()) return value;
  const inJson = (kind: string, example: string): string =>
    kind === 'array' ? '["requests", "redis>=4,<6"]' : kind === 'boolean' ? 'true' : JSON.stringify(example);
  const wanted = { string: 'a string', boolean: 'true or false', array: 'a list of strings' }[type];
  throw badRequest(
    `${place}: must be ${wanted}, but is ${quoted(value)}.`,
    `Example: ${inJson(type, question.example)}`,
  );
}
