import { join } from 'node:path';
import { type ResolverName, resolverHint, resolvers } from '../catalog/resolvers.ts';
import { failed, ExitCode, Failure } from '../errors/failure.ts';
import { type Environment, nixEnvironment, resolverEnvironment } from '../process/environment.ts';
import { type ProcessResult, runProcess } from '../process/run-process.ts';
import { findNixpkgs } from '../nix/find-nixpkgs.ts';
import { NixUnavailable, nixWithin } from '../nix/run-nix.ts';
import { satisfies } from '../packaging/version.ts';
import type { Pin } from '../pin/pin.ts';

/** A program that resolves requirements, with the project's Python. */
export interface Resolver {
  readonly kind: ResolverName;
  /** The program and its first arguments. */
  readonly command: readonly [program: string, ...args: string[]];
  /** The project's Python. */
  readonly python: string;
}

/** The surroundings of a resolver. */
export interface ResolverContext {
  /** The folder of the project. */
  readonly folder: string;
  readonly environment: Environment;
  readonly signal: AbortSignal;
  /** For how many seconds a program may print nothing. */
  readonly maxSilence?: number;
}

/** Seconds; the most that a download or a build of a package usually takes without a line of output, and then some. */
const defaultSilence = 900;

/** Milliseconds for what only asks a program something. */
const shortly = 60_000;

/** How long a program may print nothing, for `runProcess`. */
const patient = ({ maxSilence = defaultSilence }: ResolverContext) => ({ silence: maxSilence * 1000 });

/** The failure for a program that printed nothing for so long. */
const silent = (program: string, { maxSilence = defaultSilence }: ResolverContext, cause?: unknown): Failure =>
  failed(
    `${program} has printed nothing for ${maxSilence} s, and was ended.`,
    `Nothing was written. If it only needs longer: --max-silence ${Math.min(9999, maxSilence * 4)}`,
    cause,
  );

/**
 * Builds the resolver that a project's nix/python.nix names, and chooses: the uv of the pinned nixpkgs, the uv on PATH, or pip.
 * @throws Failure (exit code 1) if there is none or it cannot be built, (130) if it was interrupted
 */
export async function findResolver(context: ResolverContext): Promise<Resolver> {
  const built = await nix('nix-build', ['nix/python.nix', '-A', 'resolver', '--no-out-link'], context);
  const folder = built.trim().split('\n').at(-1) ?? '';
  const python = join(folder, 'bin/python3');
  for (const program of [join(folder, 'bin/uv'), 'uv']) {
    if (await isRecent('uv', [program], context)) return { kind: 'uv', command: [program], python };
  }
  const pip = [python, '-m', 'pip'] as const;
  if (await isRecent('pip', pip, context)) return { kind: 'pip', command: pip, python };
  throw failed('Neither the pinned nixpkgs nor this machine has a program that writes lock files.', resolverHint());
}

/** Whether a project's resolver is in the Nix store already, so that it takes no download or build. */
export async function isResolverBuilt(pin: Pin, { folder, environment, signal }: ResolverContext): Promise<boolean> {
  try {
    if (!(await findNixpkgs(pin, nixWithin(20_000, environment, signal)))) return false;
  } catch (error) {
    if (error instanceof NixUnavailable) return false;
    throw error;
  }
  // A cache is not asked: what it has would have to be downloaded.
  const offline = ['--dry-run', '--option', 'substitute', 'false'];
  const args = ['nix/python.nix', '-A', 'resolver', '--no-out-link', ...offline];
  const { fault, stderr } = await runProcess('nix-build', args, {
    ...{ folder, environment: nixEnvironment(environment), signal, timeout: shortly },
  });
  return fault === undefined && !/will be (?:built|fetched)/.test(stderr);
}

/** The versions of the packages that nixpkgs builds instead, with all that they bring, by normalised name. */
export async function nixpkgsVersions(context: ResolverContext): Promise<ReadonlyMap<string, string>> {
  const args = ['--eval', '--strict', '--json', 'nix/python.nix', '-A', 'nixpkgsVersions'];
  const versions: unknown = JSON.parse(await nix('nix-instantiate', args, context));
  return new Map(Object.entries(versions as Record<string, string>));
}

async function nix(
  command: 'nix-build' | 'nix-instantiate',
  args: readonly string[],
  context: ResolverContext,
): Promise<string> {
  const { folder, environment, signal } = context;
  const options = { folder, environment: nixEnvironment(environment), signal, ...patient(context) };
  const result = await runProcess(command, args, options);
  if (result.fault === undefined) return result.stdout;
  if (result.fault === 'silent') throw silent(command, context, result.cause);
  if (result.fault === 'aborted') throw interrupted(result.cause);
  if (result.fault === 'not-found') {
    throw failed(
      `${command} is not on PATH, but the lock needs the project's Python.`,
      'Install Nix: https://nixos.org/download',
    );
  }
  throw failed(
    `Nix could not provide the project's Python: ${result.message}.`,
    'Fix that, then run it again.',
    result.cause,
  );
}

async function isRecent(
  kind: Resolver['kind'],
  [program, ...args]: readonly [string, ...string[]],
  { environment, signal }: ResolverContext,
): Promise<boolean> {
  const { stdout } = await runProcess(program, [...args, '--version'], {
    environment: resolverEnvironment(environment),
    signal,
    timeout: shortly,
  });
  if (signal.aborted) throw interrupted();
  const version = /^(?:pip|uv) (\S+)/.exec(stdout)?.[1];
  return version !== undefined && satisfies(version, `>=${resolvers()[kind].minimum}`) === true;
}

/**
 * Runs a resolver in the project's folder: its own configuration counts, uv's there too, but no Python of the user's.
 * @throws Failure (exit code 1) if it printed nothing for too long, (130) if it was interrupted
 */
export async function runResolver(
  { command: [program, ...first], kind }: Resolver,
  args: readonly string[],
  context: ResolverContext,
): Promise<ProcessResult> {
  const { folder, environment, signal } = context;
  const result = await runProcess(program, [...first, ...args], {
    folder,
    environment: resolverEnvironment(environment),
    signal,
    ...patient(context),
    // It removes its temporary files then.
    stopSignal: 'SIGTERM',
  });
  if (result.fault === 'aborted') throw interrupted(result.cause);
  if (result.fault === 'silent') throw silent(kind, context, result.cause);
  return result;
}

export const interrupted = (cause?: unknown): Failure =>
  new Failure('Interrupted while resolving packages.', 'Nothing was written.', ExitCode.interrupted, cause);
