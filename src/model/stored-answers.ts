import { parseJson } from '../text/json.ts';
import { gt, valid } from '@renovatebot/pep440';
import { type Adopted, parseAdopted } from './adopted.ts';
import type { AnswerSource } from './answers.ts';
import { type Answers, questionNames, questions } from './questions.ts';
import { badRequest } from '../errors/failure.ts';
import { conflictMarkerLine } from '../text/conflict-markers.ts';
import { withoutByteOrderMark } from '../text/byte-order-mark.ts';
import { withMember } from '../text/json-member.ts';
import type { Provider } from './ci-providers.ts';

/** This generator's key in .yo-rc.json. */
export const storageKey = 'generator-nix-python-container';

/** What an earlier run stored. */
export interface StoredAnswers extends AnswerSource {
  /** The version of the generator that ran; undefined if that is not a valid version. */
  readonly version: string | undefined;
  /** The names of the further services of the project, unchecked. */
  readonly services: readonly string[];
  /** What was in its folder before. */
  readonly adopted: Adopted | undefined;
  /** The commands of its further processes by name, unchecked. */
  readonly processes: Readonly<Record<string, string>>;
}

/**
 * Reads .yo-rc.json.
 * @param file its path, for messages
 * @param ours the version of this generator
 * @returns undefined if it has no answers of this generator
 * @throws Failure (exit code 2) if it is not JSON, or was written by a newer version of this generator
 */
export function parseStoredAnswers(text: string, file: string, ours: string): StoredAnswers | undefined {
  let value: unknown;
  try {
    value = parseJson(text);
  } catch (error) {
    const hint =
      conflictMarkerLine(text) === undefined
        ? 'Fix it, or restore it from an older commit.'
        : 'Resolve the merge conflict in it.';
    throw badRequest(`${file} is not JSON: ${(error as Error).message}`, hint, error);
  }
  type Ours = {
    readonly version?: unknown;
    readonly answers?: AnswerSource['values'];
    readonly services?: unknown;
    readonly adopted?: unknown;
    readonly processes?: unknown;
  };
  const stored = (value as Record<string, Ours> | null)?.[storageKey];
  const theirs = valid(String(stored?.version));
  if (theirs && gt(theirs, ours)) {
    throw badRequest(
      `${file} was written by version ${theirs} of this generator, which is newer than this one (${ours}).`,
      `Install that version: npm install --global ${storageKey}@${theirs}`,
    );
  }
  if (!stored?.answers) return undefined;
  const { services = [], processes = {} } = stored;
  if (!Array.isArray(services) || services.some(name => typeof name !== 'string')) {
    throw badRequest(`${file}: services must be a list of strings.`, 'Fix the file.');
  }
  if (!isTextTable(processes)) throw badRequest(`${file}: processes must be an object of strings.`, 'Fix the file.');
  return {
    place: name => `${file}: ${name}`,
    values: answersFromStore(stored.answers),
    // As written, not as PEP 440 normalises it.
    version: theirs ? String(stored.version) : undefined,
    services,
    adopted: parseAdopted(stored.adopted, file),
    processes,
  };
}

const isTextTable = (value: unknown): value is Readonly<Record<string, string>> =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  Object.values(value).every(text => typeof text === 'string');

/**
 * The text of .yo-rc.json with this generator's key replaced, and the rest of it kept to the byte.
 * @param before the text on disk, which `parseStoredAnswers` has accepted
 * @param ours the generated text, which has only this generator's key
 * @throws Failure (exit code 2) if there is no object in it
 */
export function mergeStoredAnswers(before: string, ours: string): string {
  const { [storageKey]: value } = JSON.parse(ours) as { [storageKey]: object };
  return withStored(before, value);
}

/** The text of .yo-rc.json with other providers stored. */
export function withProviders(before: string, ci: readonly Provider[]): string {
  const value = JSON.parse(withoutByteOrderMark(before)) as Record<string, { readonly answers: object }>;
  const ours = value[storageKey] as { readonly answers: object };
  return withStored(before, { ...ours, answers: { ...ours.answers, ci } });
}

function withStored(before: string, value: object): string {
  const after = withMember(before, storageKey, value);
  if (after !== undefined) return after;
  throw badRequest('.yo-rc.json must hold a JSON object.', 'Fix it, or restore it from an older commit.');
}

/** The answers that .yo-rc.json stores. */
export const answersToStore = (answers: Answers): Partial<Answers> =>
  Object.fromEntries(
    questionNames
      .filter(name => {
        const { storage, unset } = questions[name];
        return (
          storage === 'always' || (storage === 'if-set' && JSON.stringify(answers[name]) !== JSON.stringify(unset))
        );
      })
      .map(name => [name, answers[name]]),
  );

/** The answers of an earlier run from those that it stored: a missing one is `unset`. */
const answersFromStore = (stored: { readonly [Name in keyof Answers]?: unknown }): typeof stored => ({
  ...Object.fromEntries(
    questionNames.filter(name => questions[name].unset !== undefined).map(name => [name, questions[name].unset]),
  ),
  ...stored,
});
