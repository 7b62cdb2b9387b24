import { parseJson } from '../text/json.ts';
import { quoted } from '../text/shown.ts';
import { readText, reasonOf } from '../fs/text-file.ts';
import { type AnswerSource, typeOf } from '../model/answers.ts';
import { badRequest } from '../errors/failure.ts';
import { didYouMean } from '../text/suggest.ts';
import { type Answers, type Question, questionNamed, questionNames, questions } from '../model/questions.ts';

/** Answers from the command line. */
export const fromFlags = (values: AnswerSource['values']): AnswerSource => ({
  place: name => `--${questions[name].flag}`,
  values,
});

/**
 * Answers from a JSON file.
 * @throws Failure (exit code 2) if it cannot be read, is not a JSON object, or has an unknown key
 */
export function fromFile(path: string): AnswerSource {
  const values = readObject(path);
  for (const key of Object.keys(values)) {
    if (key === '$schema' || Object.hasOwn(questions, key)) continue;
    const guess = didYouMean(key, questionNames, name => JSON.stringify(name));
    throw badRequest(`${path}: unknown key ${quoted(key)}`, `${guess}The keys are ${questionNames.join(', ')}.`);
  }
  return { place: name => `${path}: ${name}`, values };
}

function readObject(path: string): Record<string, unknown> {
  let text: string;
  try {
    text = readText(path);
  } catch (error) {
    throw badRequest(`The answers file ${path} cannot be read: ${reasonOf(error)}.`, 'Check the path.', error);
  }
  let value: unknown;
  try {
    value = parseJson(text);
  } catch (error) {
    throw badRequest(`${path} is not JSON: ${(error as Error).message}`, 'Write it like {"python": "3.13"}.', error);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw badRequest(`${path} must contain a JSON object.`, 'Write it like {"python": "3.13"}.');
  }
  return value as Record<string, unknown>;
}

/** What the variables of this generator begin with. */
const prefix = 'NIX_PYTHON_CONTAINER_';

/** The environment variable of a question: `NIX_PYTHON_CONTAINER_PYTHON`. */
export const variableOf = (name: keyof Answers): string =>
  `${prefix}${questions[name].flag.toUpperCase().replaceAll('-', '_')}`;

/**
 * Answers from environment variables. An empty one counts as unset.
 * @throws Failure (exit code 2) for a variable of this generator's that no question has: its answer would be lost
 */
export function fromEnvironment(environment: Readonly<Record<string, string | undefined>>): AnswerSource {
  const known = questionNames.map(variableOf);
  const unknown = Object.keys(environment).find(
    key => key.startsWith(prefix) && environment[key] && !known.includes(key),
  );
  if (unknown !== undefined) {
    const named = unknown.slice(prefix.length);
    const guess = didYouMean(
      named,
      known.map(key => key.slice(prefix.length)),
      name => `${prefix}${name}`,
    );
    throw badRequest(
      `${unknown} is set, but there is no such answer.`,
      `${guess}Variables are named after the questions: ${variableOf('python')} for --python.`,
    );
  }
  const given = questionNames.flatMap(name => {
    const text = environment[variableOf(name)];
    return text ? [[name, fromText(text, questionNamed(name))] as const] : [];
  });
  return { place: variableOf, values: Object.fromEntries(given) };
}

function fromText(text: string, question: Question<unknown>): unknown {
  const type = typeOf(question);
  if (type === 'array') return [text];
  return type === 'boolean' && /^(true|false)$/.test(text) ? text === 'true' : text;
}
