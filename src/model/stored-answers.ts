import { gt, valid } from '@renovatebot/pep440';
import type { AnswerSource } from './answers.ts';
import { answersFromStore } from './questions.ts';
import { badRequest } from '../errors/failure.ts';
import { type FlakeLocked, type FlakeOriginal, type Pin, parsePinRequest } from '../pin/pin.ts';

/** The key of .yo-rc.json that is ours. */
export const storageKey = 'generator-nix-python-container';

/** What an earlier run has stored. */
export interface StoredAnswers extends AnswerSource {
  /** The version of the generator that ran; undefined if it is not a version. */
  readonly version: string | undefined;
  /** The names of the further services of the project, unchecked. */
  readonly services: readonly string[];
}

/**
 * Answers from the .yo-rc.json of an earlier run; undefined if the text has none of ours.
 * @param file its path, for messages
 * @param ours the version of this generator
 * @throws Failure (exit code 2) if the text is no JSON, or a newer version of this generator wrote it
 */
export function parseStoredAnswers(text: string, file: string, ours: string): StoredAnswers | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const hint = /^<{7} /m.test(text)
      ? 'Settle the conflict of git in it.'
      : 'Mend it, or take it from an older commit.';
    throw badRequest(`${file} is not JSON: ${(error as Error).message}`, hint, error);
  }
  type Ours = { readonly version?: unknown; readonly answers?: AnswerSource['values']; readonly services?: unknown };
  const stored = (value as Record<string, Ours> | null)?.[storageKey];
  const theirs = valid(String(stored?.version));
  if (theirs && gt(theirs, ours)) {
    throw badRequest(
      `${file} was written by version ${theirs} of this generator, which is newer than this one (${ours}).`,
      `Install that one: npm install --global ${storageKey}@${theirs}`,
    );
  }
  if (!stored?.answers) return undefined;
  const { services = [] } = stored;
  if (!Array.isArray(services) || services.some(name => typeof name !== 'string')) {
    throw badRequest(`${file}: services is no list of texts.`, 'Mend the file.');
  }
  return {
    place: name => `${file}: ${name}`,
    values: answersFromStore(stored.answers),
    // As it was written: the check above takes it in the form of PEP 440.
    version: theirs ? String(stored.version) : undefined,
    services,
  };
}

/**
 * The text of .yo-rc.json with our key renewed and those of other generators kept.
 * @param before the text on disk, which `fromStored` has read
 * @param ours the text as it is rendered, with our key alone
 */
export function mergeStoredAnswers(before: string, ours: string): string {
  const all = { ...JSON.parse(before.replace(/^\uFEFF/, '')), ...JSON.parse(ours) };
  return Object.keys(all).length === 1 ? ours : `${JSON.stringify(all, undefined, 2)}\n`;
}

/** The pin that a flake.lock holds for the input `nixpkgs`; undefined if it is not of a kind that this generator writes. */
export function pinOfLock(text: string): Pin | undefined {
  try {
    const lock = JSON.parse(text.replace(/^\uFEFF/, ''));
    const { locked, original } = lock.nodes[nixpkgsNode(lock)] as { locked: FlakeLocked; original: FlakeOriginal };
    if (!/^sha256-[A-Za-z0-9+/]{43}=$/.test(locked.narHash)) return undefined;
    return isGithub(locked, original) || isTarball(locked, original) ? { locked, original } : undefined;
  } catch {
    return undefined;
  }
}

/** The node of a flake.lock that nix/nixpkgs.nix reads: beside other inputs with a nixpkgs of theirs it may be `nixpkgs_2`. */
export const nixpkgsNode = (lock: {
  readonly nodes: Readonly<Record<string, { readonly inputs?: Readonly<Record<string, unknown>> }>>;
  readonly root: string;
}): string => String(lock.nodes[lock.root]?.inputs?.nixpkgs);

/** Words that need no quoting anywhere: the file may be anybody's. */
const isWord = (text: unknown): boolean => typeof text === 'string' && /^[A-Za-z0-9][A-Za-z0-9._/-]*$/.test(text);

function isGithub(locked: FlakeLocked, original: FlakeOriginal): boolean {
  if (locked.type !== 'github' || original.type !== 'github') return false;
  const { owner, repo, rev, lastModified } = locked;
  const words = [owner, repo, original.owner, original.repo, original.ref ?? original.rev ?? 'none'];
  return words.every(isWord) && /^[0-9a-f]{40}$/.test(rev) && Number.isInteger(lastModified);
}

function isTarball(locked: FlakeLocked, original: FlakeOriginal): boolean {
  if (locked.type !== 'tarball' || original.type !== 'tarball') return false;
  // The text itself goes into flake.nix: it must be in the form that the check gives back.
  return [locked.url, original.url].every(url => {
    const request = parsePinRequest(url);
    return request.kind === 'url' && request.url === url;
  });
}
