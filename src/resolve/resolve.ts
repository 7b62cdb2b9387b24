import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { failed } from '../errors/failure.ts';
import { type LockedPackage, type LockFile, type LockFiles, parseLock } from '../lock/lock-file.ts';
import { parseRequirement } from '../packaging/requirement.ts';
import { requirementOfSource, splitMarker } from '../packaging/package-source.ts';
import { satisfies } from '../packaging/version.ts';
import { lockedPackages } from './locked-wheels.ts';
import { type FailedResolution, resolutionFailure } from './resolver-errors.ts';
import { type Resolver, type ResolverContext, runResolver } from './resolver.ts';
import { writeStandIns } from './stand-in-wheels.ts';

/** What is to be resolved. */
export interface ResolveRequest {
  /** The requirements of each lock file (PEP 508); those of `development` include those of `runtime`. */
  readonly requirements: Readonly<Record<keyof LockFiles, readonly string[]>>;
  /** Minor version of Python: `3.13`. */
  readonly python: string;
  /** The versions of packages that nixpkgs builds, by normalised name: they are left out of the lock. */
  readonly fromNixpkgs: ReadonlyMap<string, string>;
  /** The present lock file for development, whose versions are kept where that is possible. */
  readonly previous: LockFile | undefined;
  /** The packages whose versions are not kept; true: none is. */
  readonly upgrade: true | ReadonlySet<string>;
}

/** The machine, as markers and messages name it. */
export const machine = process.arch === 'arm64' ? (process.platform === 'darwin' ? 'arm64' : 'aarch64') : 'x86_64';
export const system = `${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}-${process.platform}`;

/** What a lock by pip holds for: pip resolves for the machine that it runs on. */
const thisMachine = `sys_platform == '${process.platform}' and platform_machine == '${machine}'`;

/** The folder of a project with wheels that no index has. */
const vendored = 'wheels';

/**
 * Resolves the requirements of a project once: first all of them, then those of the image in the same versions.
 * @returns the locks, and what the resolver warned of
 * @throws Failure (exit code 1) with the resolver's reason, (130) if it was interrupted
 */
export async function resolveLocks(
  request: ResolveRequest,
  resolver: Resolver,
  context: ResolverContext,
): Promise<{ readonly locks: LockFiles; readonly warnings: readonly string[] }> {
  const warnings = new Set<string>();
  const work = await mkdtemp(join(tmpdir(), 'nix-python-container-'));
  try {
    const standIns = join(work, 'nixpkgs');
    await mkdir(standIns);
    await writeStandIns(request.fromNixpkgs, standIns, resolver, context);
    const own = join(context.folder, vendored);
    const links = [...(request.fromNixpkgs.size > 0 ? [standIns] : []), ...(existsSync(own) ? [own] : [])];
    const run = (kind: keyof LockFiles, constraints: readonly string[]): Promise<LockFile | string> =>
      resolveOnce(
        { requirements: request.requirements[kind], constraints, links, work, request, warnings },
        resolver,
        context,
      );

    const fixed = [...request.fromNixpkgs].map(([name, version]) => `${name}==${version}`);
    const kept = constraintsToKeep(request);
    let development = await run('development', [...fixed, ...kept]);
    // What is kept may be what stands in the way.
    if (typeof development === 'string' && kept.length > 0) development = await run('development', fixed);
    const about: FailedResolution = { ...request, system };
    if (typeof development === 'string') throw resolutionFailure(development, about);
    const runtime = await run('runtime', [...fixed, ...development.packages.map(exactly)]);
    if (typeof runtime === 'string') throw resolutionFailure(runtime, about);
    return { locks: { runtime, development }, warnings: [...warnings] };
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

const exactly = ({ name, version, marker }: LockedPackage): string =>
  `${name}==${version}${marker === undefined ? '' : ` ; ${marker}`}`;

/** The present versions, but of packages that are to be upgraded, or whose requirement they no longer satisfy. */
function constraintsToKeep({ previous, upgrade, requirements, fromNixpkgs }: ResolveRequest): string[] {
  if (upgrade === true || !previous) return [];
  const specifiers = new Map<string, string[]>();
  for (const text of requirements.development) {
    const { stated } = splitMarker(text);
    const { specifier, name } = requirementOfSource(stated)?.requirement ?? parseRequirement(stated, 'pyproject.toml');
    specifiers.set(name, [...(specifiers.get(name) ?? []), specifier]);
  }
  return previous.packages
    .filter(({ name }) => !upgrade.has(name) && !fromNixpkgs.has(name))
    .filter(({ name, version }) => (specifiers.get(name) ?? []).every(range => satisfies(version, range) === true))
    .map(exactly);
}

interface Run {
  readonly requirements: readonly string[];
  readonly constraints: readonly string[];
  /** Folders with wheels. */
  readonly links: readonly string[];
  /** A folder for temporary files. */
  readonly work: string;
  readonly request: ResolveRequest;
  /** Gets the warnings. */
  readonly warnings: Set<string>;
}

/** Resolves one list. @returns what the resolver printed, if it failed */
async function resolveOnce(
  { requirements, constraints, links, work, request, warnings }: Run,
  resolver: Resolver,
  context: ResolverContext,
): Promise<LockFile | string> {
  if (requirements.length === 0) return lockOf([], resolver, request);
  const [output, listed, held] = ['pylock.toml', 'requirements.txt', 'constraints.txt'].map(name =>
    join(work, name),
  ) as [string, string, string];
  await rm(output, { force: true });
  await writeFile(listed, lines(requirements));
  await writeFile(held, lines(constraints));
  const found = links.flatMap(folder => ['--find-links', folder]);
  const common = ['-c', held, '-o', output, '--only-binary', ':all:', ...found];
  const args = {
    pip: ['lock', '--no-input', '--disable-pip-version-check', '--progress-bar', 'off', '-r', listed, ...common],
    uv: [
      ...['pip', 'compile', '--universal', '--no-header', '--python', resolver.python],
      ...['--python-version', request.python, '--no-python-downloads', listed, ...common],
    ],
  };
  const result = await runResolver(resolver, args[resolver.kind], context);
  // pip prints the error to stderr, and what the conflict is caused by to stdout.
  if (result.fault === 'failed') return [result.stdout, result.stderr].join('\n').trim() || result.message;
  if (result.fault)
    throw failed(`${resolver.kind} could not be run: ${result.message}.`, 'Run it again.', result.cause);
  for (const text of yankedIn(`${result.stdout}\n${result.stderr}`)) warnings.add(text);
  const { packages } = await parseLock(await readFile(output, 'utf8'), output);
  const others = packages.filter(({ name }) => !request.fromNixpkgs.has(name));
  return lockOf(await lockedPackages(others, context.folder), resolver, request);
}

/** Warnings of pip and uv about releases that their authors have withdrawn. */
const yankedIn = (output: string): string[] =>
  [
    ...output.matchAll(/yanked version: '?([\w.-]+)'? candidate \(version (\S+)/g),
    ...output.matchAll(/`([\w.-]+)==([^\s`]+)` is yanked/g),
  ].map(([, name, version]) => `${name} ${version} was yanked from the index. Choose another version.`);

const lockOf = (packages: readonly LockedPackage[], { kind }: Resolver, { python }: ResolveRequest): LockFile => ({
  environments: kind === 'pip' ? [thisMachine] : [],
  requiresPython: `==${python}.*`,
  packages,
});

const lines = (texts: readonly string[]): string => texts.map(text => `${text}\n`).join('');
