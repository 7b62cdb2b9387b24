import { join } from 'node:path';
import { packageCatalog } from '../catalog/packages.ts';
import { ExitCode, Failure } from '../errors/failure.ts';
import { type NixpkgsPackage, type Availability, interpreterOf, pinned } from '../model/availability.ts';
import { candidates } from '../model/package-names.ts';
import type { Pin } from '../pin/pin.ts';
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
  /** Attributes that the user has set, by package name: no others are tried for these packages. */
  readonly entered?: ReadonlyMap<string, string>;
  /** The attribute of a Bazel that has to exist as well: `bazel_8`. */
  readonly bazel?: string;
  /** The path of the project's nix/overrides.nix, which is applied. */
  readonly overrides?: string;
  /** Milliseconds for everything. */
  readonly timeout?: number;
}

const expression = join(import.meta.dirname, 'query-packages.nix');

/**
 * Asks Nix which of these pip packages the pinned nixpkgs has for a Python (`3.13`), unless that nixpkgs, about 40 MB, would have
 * to be downloaded.
 * @param names normalised after PEP 503
 * @returns undefined if there is no Nix, no store, no nixpkgs on this machine or no answer
 * @throws Failure (exit code 130) if it was interrupted
 */
export async function queryPackages(
  pin: Pin,
  python: string,
  names: readonly string[],
  { environment, signal, warn, onEvaluation, entered = new Map(), bazel, overrides, timeout = 60_000 }: QueryOptions,
): Promise<Availability | undefined> {
  if (names.length === 0) return new Map();
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
    const packages = attributesFor(names, pin.release, entered);
    const request = { ...tree, python, packages, ...(bazel ? { bazel } : {}), ...(overrides ? { overrides } : {}) };
    const answer = await evaluate(nix, request);
    if (!answer.bazel) warn?.(`bazel: ${pinned(pin)} has no ${bazel}. Choose another Bazel, or another nixpkgs.`);
    return answer.packages;
  } catch (error) {
    if (signal.aborted)
      throw new Failure('Interrupted while asking Nix.', 'Nothing was written.', ExitCode.interrupted, error);
    if (!(error instanceof NixUnavailable)) throw error;
    if (error.message) {
      warn?.(
        `packages: Nix could not say what ${pinned(pin)} has (${error.message}); falling back to the built-in catalog.`,
      );
    }
    return undefined;
  }
}

interface Request {
  readonly python: string;
  readonly bazel?: string;
  readonly overrides?: string;
  readonly packages: Readonly<Record<string, readonly string[]>>;
}

const attributesFor = (
  names: readonly string[],
  release: string | undefined,
  entered: ReadonlyMap<string, string>,
): Request['packages'] =>
  Object.fromEntries(
    names.map(name => {
      const attribute = entered.get(name);
      return [name, attribute === undefined ? candidates(name, release, packageCatalog()) : [attribute]];
    }),
  );

/** What the expression prints; null where the tree lacks the interpreter. */
interface Answer {
  readonly bazel: boolean;
  readonly packages: Readonly<Record<string, unknown>>;
}

async function evaluate(nix: Nix, request: Request): Promise<{ bazel: boolean; packages: Availability }> {
  const input = ['--argstr', 'request', JSON.stringify(request)];
  const answer = parse(await nix('nix-instantiate', '--eval', '--strict', '--json', expression, ...input));
  if (answer === null) throw new NixUnavailable(`it has no ${interpreterOf(request.python)}`);
  const entries = Object.entries(request.packages).map(([name, tried]) => {
    const found = Object.hasOwn(answer.packages, name) ? answer.packages[name] : undefined;
    return [name, found === null ? null : packageFrom(found, tried)] as const;
  });
  return { bazel: answer.bazel, packages: new Map(entries) };
}

const unexpected = (): NixUnavailable => new NixUnavailable('unexpected output of nix-instantiate');

function parse(output: string): Answer | null {
  let value: unknown;
  try {
    value = JSON.parse(output);
  } catch {
    throw new NixUnavailable('the output of nix-instantiate is not JSON');
  }
  if (value === null) return null;
  const { packages } = value as Partial<Answer>;
  if (typeof packages !== 'object' || packages === null) throw unexpected();
  return value as Answer;
}

/** Checks everything: the attribute ends up in a file, and the rest on a terminal. */
function packageFrom(value: unknown, tried: readonly string[]): NixpkgsPackage {
  if (typeof value !== 'object' || value === null) throw unexpected();
  const { attribute, version, unaided, extras, fault } = value as Record<string, unknown>;
  if (
    typeof attribute !== 'string' ||
    !tried.includes(attribute) ||
    typeof version !== 'string' ||
    !/^[!-~]{0,100}$/.test(version) ||
    typeof unaided !== 'boolean' ||
    !Array.isArray(extras) ||
    !extras.every(extra => typeof extra === 'string' && /^[a-z0-9-]{1,100}$/.test(extra)) ||
    (fault !== null && (typeof fault !== 'string' || fault.length > 300))
  ) {
    throw unexpected();
  }
  return { attribute, version, unaided, extras, ...(fault === null ? {} : { fault }) };
}
