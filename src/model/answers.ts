import { badRequest } from '../errors/failure.ts';
import type { Pin } from '../pin/pin.ts';
import {
  type Answers,
  type QuestionContext,
  type Question,
  questionNames,
  questions,
  questionNamed,
} from './questions.ts';

/** Answers from one place, not yet checked. */
export interface AnswerSource {
  /** What messages call the place: `--python`, `answers.json: python`. */
  readonly place: (name: keyof Answers) => string;
  readonly values: { readonly [Name in keyof Answers]?: unknown };
}

/** The means to complete what the sources leave open. */
export interface GatherOptions {
  /** Puts a question to a person; undefined where nobody can be asked. */
  readonly ask?: <Value>(question: Question<Value>, context: QuestionContext) => Promise<Value>;
  /** Take the default for what nobody has answered. */
  readonly defaults: boolean;
  /** Looks a revision of nixpkgs up. */
  readonly pin: (nixpkgs: string) => Promise<Pin>;
  /** Packages beside those answered, from a requirements file, whose conditions depend on the Python (`3.13`). */
  readonly morePackages?: (python: string) => readonly string[];
}

/** Everything that was decided, checked. */
export interface GatheredAnswers {
  readonly answers: Answers;
  readonly pin: Pin;
  /** The dev group of a project that is there, as PEP 508 texts in their normal form; without it, that of a new one. */
  readonly development?: readonly string[];
  /** The attributes that users of it have entered, by name: they count for more than the catalog. */
  readonly entered?: ReadonlyMap<string, string>;
  /** The further services of a project that is there. */
  readonly services?: readonly string[];
}

/**
 * Gathers the answers: each question from the first source that has it, then from a person, then from its default.
 * @param sources the strongest first
 * @throws Failure (exit code 2) for a value that makes no sense, or if required answers are missing and nobody can be asked
 */
export async function gatherAnswers(
  sources: readonly AnswerSource[],
  { ask, defaults, pin, morePackages }: GatherOptions,
  start: { readonly today: Date; readonly folder: string },
): Promise<GatheredAnswers> {
  const given = (name: keyof Answers): AnswerSource | undefined =>
    sources.find(({ values }) => values[name] !== undefined) ??
    (name === 'packages' && morePackages ? { place: () => '--requirements', values: { packages: [] } } : undefined);
  if (!ask && !defaults) refuseMissing(questionNames.filter(name => questions[name].required && !given(name)));

  // Before a download: what would be refused whatever the nixpkgs has.
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
    } else if (ask) {
      value = question.parse(await ask(question, context), context, `--${question.flag}`);
    } else {
      value = question.parse(question.initial(context), context, `--${question.flag}`);
    }
    if (name === 'packages' && morePackages) {
      const all = [...(value as string[]), ...morePackages(context.answers.python as string)];
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
    `No answer for ${flags}, and no terminal to ask on.`,
    'Give the flags or an answers file, or take the defaults with --yes.',
  );
}

/** The JSON type of a question's answer. */
export const typeOf = ({ prompt }: Question<unknown>): 'string' | 'boolean' | 'array' =>
  prompt === 'packages' || prompt === 'checkbox' ? 'array' : prompt === 'confirm' ? 'boolean' : 'string';

/**
 * Checks an answer from outside.
 * @throws Failure (exit code 2) if it is not of the question's JSON type, or makes no sense
 */
export const parseAnswer = <Value>(
  question: Question<Value>,
  value: unknown,
  context: QuestionContext,
  place: string,
): Value => question.parse(typed(value, question as Question<unknown>, place) as Value, context, place);

/** A value from outside as the type its question has. */
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
  const wanted = { string: 'a text in quotes', boolean: 'true or false', array: 'a list of texts' }[type];
  throw badRequest(
    `${place}: ${JSON.stringify(value)} is not ${wanted}.`,
    `Write it as in ${inJson(type, question.example)}.`,
  );
}
