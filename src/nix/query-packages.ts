import { join } from 'node:path';
import { packageCatalog } from '../catalog/packages.ts';
import { ExitCode, Failure } from '../errors/failure.ts';
import { type NixpkgsPackage, type Availability, interpreterOf, pinned } from '../model/availability.ts';
import { candidates } from '../model/package-names.ts';
import type { Pin } from '../pin/pin.ts';
import { type Nix, nixWithin, NixUnavailable } from './run-nix.ts';
import { findNixpkgs } from './find-nixpkgs.ts';

export interface QueryOptions {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
  /** Gets a sentence if Nix is there and does not answer as it should. */
  readonly warn?: (sentence: string) => void;
  /** Called before the one step that takes longer than an instant: seconds for a real nixpkgs. */
  readonly onEvaluation?: () => void;
  /** Attributes that a project's user has set, by name: they are looked for, and nothing else. */
  readonly entered?: ReadonlyMap<string, string>;
  /** In milliseconds, for everything. */
  readonly timeout?: number;
}

const expression = join(import.meta.dirname, 'query-packages.nix');

/**
 * Asks Nix which of these pip packages the pinned nixpkgs has for a Python (`3.13`).
 * It is asked only where the answer costs no download: the tree is in the store, or the pin is a tarball on this machine.
 * Anything else would fetch 40 MB that nobody has asked for.
 * @param names normalised after PEP 503
 * @returns undefined if there is no Nix, no store, no tree at hand or no answer; the catalog has to do then
 * @throws Failure (exit code 130) if it was stopped, and for nothing else
 */
export async function queryPackages(
  pin: Pin,
  python: string,
  names: readonly string[],
  { environment, signal, warn, onEvaluation, entered = new Map(), timeout = 60_000 }: QueryOptions,
): Promise<Availability | undefined> {
  if (names.length === 0) return new Map();
  try {
    const nix = nixWithin(timeout, environment, signal);
    const tree = await findNixpkgs(pin, nix);
    if (!tree) return undefined;
    onEvaluation?.();
    const packages = attributesFor(names, pin.release, entered);
    return await evaluate(nix, { ...tree, python: interpreterOf(python), packages });
  } catch (error) {
    if (signal.aborted)
      throw new Failure('Asking Nix was stopped.', 'Nothing was written.', ExitCode.interrupted, error);
    if (!(error instanceof NixUnavailable)) throw error;
    if (error.message) {
      warn?.(`packages: Nix could not say what ${pinned(pin)} has (${error.message}); the catalog had to do.`);
    }
    return undefined;
  }
}

type Request = Readonly<Record<string, unknown>> & {
  readonly python: string;
  readonly packages: Readonly<Record<string, readonly string[]>>;
};

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

async function evaluate(nix: Nix, request: Request): Promise<Availability> {
  const input = ['--argstr', 'request', JSON.stringify(request)];
  const output = await nix('nix-instantiate', '--eval', '--strict', '--json', expression, ...input);
  const answer = parse(output);
  if (answer === null) throw new NixUnavailable(`it has no ${request.python}`);
  const entries = Object.entries(request.packages).map(([name, tried]) => {
    const held = typeof answer === 'object' && Object.hasOwn(answer, name) ? answer[name] : undefined;
    if (held !== null && !isHeld(held, tried)) throw new NixUnavailable('what nix-instantiate printed makes no sense');
    return [name, held] as const;
  });
  return new Map(entries);
}

function parse(output: string): Record<string, unknown> | null {
  try {
    return JSON.parse(output);
  } catch {
    throw new NixUnavailable('what nix-instantiate printed is not JSON');
  }
}

/** The attribute ends up in a file and the version on a terminal, so neither may be just anything. */
function isHeld(value: unknown, tried: readonly string[]): value is NixpkgsPackage {
  if (typeof value !== 'object' || value === null) return false;
  const { attribute, version, unaided } = value as Record<string, unknown>;
  return (
    tried.some(candidate => candidate === attribute) &&
    typeof version === 'string' &&
    /^[!-~]{0,100}$/.test(version) &&
    typeof unaided === 'boolean'
  );
}
