import { join } from 'node:path';
import { ExitCode, Failure } from '../errors/failure.ts';
import {
  type AskedOf,
  attributesToTry,
  type Availability,
  isUnaided,
  type NixpkgsPackage,
  pinned,
  type Problem,
} from '../model/availability.ts';
import { formatRequirement, type Requirement } from '../packaging/requirement.ts';
import type { Pin } from '../pin/pin.ts';
import { visible } from '../text/visible.ts';
import { type Nix, nixWithin, NixUnavailable } from './run-nix.ts';
import { findNixpkgs } from './find-nixpkgs.ts';
import { nixSupport, tooOld } from './nix-support.ts';

export interface QueryOptions {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
  /** Gets a sentence if Nix is installed, but gives no proper answer. */
  readonly warn?: (sentence: string) => void;
  /** Called before the evaluation, which takes seconds for a real nixpkgs. */
  readonly onEvaluation?: () => void;
  /** The path of the project's nix/overrides.nix, if it has one. */
  readonly overrides?: string | undefined;
  /** Milliseconds for everything. */
  readonly timeout?: number;
}

/** Which pin is asked: a known one. */
export interface PinnedQuestion extends AskedOf {
  readonly pin: Pin;
}

const expression = join(import.meta.dirname, 'query-packages.nix');

/** How many packages that fail are evaluated again, each alone, to learn why: each takes a second or two. */
const mostReasons = 3;

/**
 * Asks Nix what the pinned nixpkgs has: Pythons, Bazels, and these packages with their extras, as the project's own
 * nix/python.nix finds them, unless that nixpkgs, about 40 MB, would have to be downloaded. Ranges are not checked.
 * @returns undefined if there is no Nix, no store, no nixpkgs on this machine or no answer
 * @throws Failure (exit code 130) if it was interrupted
 */
export async function queryPackages(
  requirements: readonly Requirement[],
  asked: PinnedQuestion,
  { environment, signal, warn, onEvaluation, overrides, timeout = 60_000 }: QueryOptions,
): Promise<Availability | undefined> {
  const { pin, python } = asked;
  try {
    const nix = nixWithin(timeout, environment, signal);
    const tree = await findNixpkgs(pin, nix);
    if (!tree) return undefined;
    const support = await nixSupport(pin, nix, tree);
    const outdated = support && tooOld(support, pin);
    if (outdated !== undefined) {
      warn?.(`packages: ${outdated}; falling back to the built-in catalog.`);
      return undefined;
    }
    onEvaluation?.();
    const packages = Object.fromEntries(requirements.map(requirement => questionFor(requirement, asked)));
    return await evaluate(nix, { ...tree, python, packages, ...(overrides === undefined ? {} : { overrides }) }, asked);
  } catch (error) {
    if (signal.aborted) {
      throw new Failure('Interrupted while asking Nix.', 'Nothing was written.', ExitCode.interrupted, error);
    }
    if (!(error instanceof NixUnavailable)) throw error;
    if (error.message) {
      warn?.(
        `packages: Nix could not evaluate ${pinned(pin)} (${error.message}): falling back to the built-in catalog.`,
      );
    }
    return undefined;
  }
}

/** What query-packages.nix is asked about a package. */
interface PackageQuestion {
  readonly requirement: string;
  readonly attributes: readonly string[];
  readonly entered?: string;
}

type Request = Readonly<Record<string, unknown>> & {
  readonly packages: Readonly<Record<string, PackageQuestion>>;
};

function questionFor(requirement: Requirement, asked: AskedOf): [name: string, question: PackageQuestion] {
  const { name } = requirement;
  const entered = asked.entered?.get(name);
  const question = {
    requirement: formatRequirement({ ...requirement, specifier: '' }),
    attributes: attributesToTry(name, asked),
    ...(entered === undefined ? {} : { entered }),
  };
  return [name, question];
}

async function evaluate(nix: Nix, request: Request, asked: PinnedQuestion): Promise<Availability> {
  const answer = await ask(nix, request);
  if (!isAnswer(answer)) throw new NixUnavailable('unexpected output of nix-instantiate');
  const packages = new Map<string, NixpkgsPackage | null>();
  let reasons = 0;
  for (const [name, { attributes }] of Object.entries(request.packages)) {
    const found = Object.hasOwn(answer.packages, name) ? answer.packages[name] : null;
    if (found === null || found === undefined) {
      packages.set(name, null);
      continue;
    }
    if (!isFound(found, attributes)) throw new NixUnavailable('unexpected output of nix-instantiate');
    let problem = problemOf(found);
    if (problem?.kind === 'fails' && problem.message === undefined && reasons++ < mostReasons) {
      problem = await reasonOf(nix, request, found.attribute);
    }
    packages.set(name, {
      attribute: found.attribute,
      version: found.version ?? (problem ? undefined : ''),
      extras: found.version === null ? undefined : found.extras,
      unaided: isUnaided(name, found.attribute, asked.entered),
      ...(problem ? { problem } : {}),
    });
  }
  const pythons = answer.pythons.map(attribute => attribute.replace('python3', '3.')).sort(byMinor);
  const bazels = answer.bazels.map(attribute => attribute.replace('bazel_', '')).sort((a, b) => Number(a) - Number(b));
  return { source: { kind: 'nix' }, packages, interpreters: { pythons, bazels } };
}

async function ask(nix: Nix, request: Request): Promise<unknown> {
  const input = ['--argstr', 'request', JSON.stringify(request)];
  const output = await nix('nix-instantiate', '--eval', '--strict', '--json', expression, ...input);
  try {
    return JSON.parse(output) as unknown;
  } catch {
    throw new NixUnavailable('the output of nix-instantiate is not JSON');
  }
}

/** Evaluates a package that fails once more, alone, for what Nix says of it. */
async function reasonOf(nix: Nix, request: Request, attribute: string): Promise<Problem> {
  try {
    const input = ['--argstr', 'request', JSON.stringify(request), '--argstr', 'why', attribute];
    await nix('nix-instantiate', '--eval', expression, ...input);
  } catch (error) {
    if (!(error instanceof NixUnavailable)) throw error;
    const message = visible(error.message);
    return { kind: /not supported for interpreter/.test(message) ? 'disabled' : 'fails', message };
  }
  return { kind: 'fails' };
}

/** A package in the answer of query-packages.nix. Its version is null if the package exists, but throws. */
interface Found {
  readonly attribute: string;
  readonly version: string | null;
  readonly extras: readonly string[];
  readonly problems: readonly { readonly kind: string; readonly detail: string | null }[];
}

function problemOf({ version, problems }: Found): Problem | undefined {
  const marks = ['insecure', 'unfree', 'broken', 'unsupported'] as const;
  for (const { kind, detail } of problems) {
    const mark = marks.find(known => known === kind);
    const allowedAs = detail?.replaceAll('"', '');
    if (mark) return { kind: mark, ...(allowedAs ? { allowedAs } : {}) };
    if (kind === 'fails') return detail === null ? { kind } : { kind, message: `${detail} does not evaluate` };
  }
  return version === null ? { kind: 'fails' } : undefined;
}

interface Answer {
  readonly pythons: readonly string[];
  readonly bazels: readonly string[];
  readonly packages: Readonly<Record<string, unknown>>;
}

// What Nix prints ends up in files and on terminals, so it may not be just anything.

function isAnswer(value: unknown): value is Answer {
  const { pythons, bazels, packages } = (value ?? {}) as Record<string, unknown>;
  const isObject = typeof packages === 'object' && packages !== null;
  return isObject && areTexts(pythons, /^python3\d{1,3}$/) && areTexts(bazels, /^bazel_\d{1,3}$/);
}

function isFound(value: unknown, tried: readonly string[]): value is Found {
  const { attribute, version, extras, problems } = value as Record<string, unknown>;
  return (
    tried.some(candidate => candidate === attribute) &&
    (version === null || (typeof version === 'string' && /^[!-~]{0,100}$/.test(version))) &&
    areTexts(extras, /^[ -~]{1,100}$/) &&
    Array.isArray(problems) &&
    problems.every(
      ({ kind, detail }: Record<string, unknown>) =>
        areTexts([kind], /^[a-z]+$/) && (detail === null || areTexts([detail], /^[ -~]{0,300}$/)),
    )
  );
}

const areTexts = (value: unknown, pattern: RegExp): value is string[] =>
  Array.isArray(value) && value.every(text => typeof text === 'string' && pattern.test(text));

const byMinor = (a: string, b: string): number => Number(a.slice('3.'.length)) - Number(b.slice('3.'.length));
