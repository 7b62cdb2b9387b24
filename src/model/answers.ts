import { quoted } from '../text/shown.ts';
import { badRequest } from '../errors/failure.ts';
import type { Adopted } from './adopted.ts';
import type { Pin } from '../pin/pin.ts';
import { type Answers, type Question, type QuestionContext } from './questions.ts';

/** Answers from one place, unchecked. */
export interface AnswerSource {
  /** The place as messages name it: `--python`, `answers.json: python`. */
  readonly place: (name: keyof Answers) => string;
  readonly values: { readonly [Name in keyof Answers]?: unknown };
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
