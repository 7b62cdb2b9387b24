import { type Failure, badRequest, failed } from '../errors/failure.ts';
import type { Context, Prompter } from '../load/context.ts';
import { faultTable, type PackageFault } from '../model/package-faults.ts';
import { adjust, type Adjustment, parsePinsPolicy, pinsPolicies, type PinsPolicy } from '../model/pins-policy.ts';
import { formatRequirement, readRequirementTexts, type Requirement } from '../packaging/requirement.ts';
import { prose } from '../terminal/messages.ts';
import { satisfies } from '../packaging/version.ts';
import type { Request } from './request.ts';

/** Packages that evaluate, and what had to be changed for that. */
export interface PolicyResult {
  readonly packages: readonly string[];
  readonly adjustments: readonly Adjustment[];
}

const isFine = (held: string, specifier: string): boolean => satisfies(held, specifier) === true;

/**
 * Settles what the pinned nixpkgs does not have as it is required: by `--pins` and `--skip-missing`, or as the user
 * chooses on a terminal.
 * @returns `pypi` if the choice is to take all packages from there
 * @throws Failure (exit code 2) with a table of all of it where neither says what to do; 1 if the choice is to stop
 */
export async function applyPolicy(
  packages: readonly string[],
  faults: readonly PackageFault[],
  request: Request,
  { stderr }: Context,
  { choose }: Prompter,
): Promise<PolicyResult | 'pypi'> {
  const { on, pins: given } = request;
  const requirements = readRequirementTexts(packages);
  const listed = new Set(requirements.map(({ name }) => name));
  const ours = faults.filter(({ name }) => listed.has(name));
  let pins = given === undefined ? undefined : parsePinsPolicy(given);
  let skipMissing = on.has('skip-missing');
  const missed = ours.filter(({ kind }) => kind === 'version');
  const gone = ours.filter(({ kind }) => kind !== 'version');
  if (ours.length > 0 && choose && !on.has('yes')) {
    const rows = faultTable(ours)
      .split('\n')
      .map(line => `${prose(line, stderr, 4)}\n`);
    stderr.write(`${prose(heading(ours, requirements), stderr)}\n${rows.join('')}`);
    if (missed.length > 0 && pins === undefined) {
      const answer = await askPins(missed, requirements, choose);
      if (answer === 'pypi') return answer;
      pins = answer;
    }
    // `keep` keeps these too.
    if (gone.length > 0 && !skipMissing && pins !== 'keep') {
      const answer = await choose(
        `${namesOf(gone).size} of ${requirements.length} packages cannot be had from nixpkgs. What now?`,
        [{ value: 'skip', label: 'Leave them out' }, fromPyPI, { value: 'stop', label: 'Stop, and write nothing' }],
      );
      if (answer === 'pypi') return answer;
      if (answer === 'stop') throw stopped();
      skipMissing = true;
    }
  }
  const settled = adjust(requirements, ours, { pins, skipMissing, isFine });
  if (settled.left.length > 0) throw refusal(settled.left, requirements, pins, request);
  return { packages: settled.requirements.map(formatRequirement), adjustments: settled.adjustments };
}

async function askPins(
  missed: readonly PackageFault[],
  requirements: readonly Requirement[],
  choose: NonNullable<Prompter['choose']>,
): Promise<PinsPolicy | 'pypi'> {
  const choices = (Object.keys(pinsPolicies) as PinsPolicy[]).map(value => {
    const { left } = adjust(requirements, missed, { pins: value, skipMissing: false, isFine });
    const rest = value === 'keep' || left.length === 0 ? '' : ` (still missed: ${left.length})`;
    return { value, label: `${value}: ${pinsPolicies[value]}${rest}` };
  });
  const answer = await choose(
    `${namesOf(missed).size} of ${pinned(requirements)} pins are not what ${sourcesOf(missed)} has. What now?`,
    [...choices, fromPyPI, { value: 'stop', label: 'Stop, and write nothing' }],
  );
  if (answer === 'pypi') return answer;
  if (answer === 'stop') throw stopped();
  return parsePinsPolicy(answer);
}

const fromPyPI = {
  value: 'pypi',
  label: 'pypi: take all packages from PyPI, in these versions, and lock them',
} as const;

const stopped = (): Failure => failed('Stopped. Nothing was written.', 'Run it again to decide anew.');

const pinned = (requirements: readonly Requirement[]): number =>
  requirements.filter(({ specifier }) => specifier !== '').length;

function heading(faults: readonly PackageFault[], requirements: readonly Requirement[]): string {
  const [name = '', ...others] = namesOf(faults);
  const place = sourcesOf(faults);
  if (requirements.length === 1) return `${name} is not in ${place} as it is required:`;
  return others.length === 0
    ? `1 of ${requirements.length} packages is not in ${place} as it is required:`
    : `${others.length + 1} of ${requirements.length} packages are not in ${place} as they are required:`;
}

const namesOf = (faults: readonly PackageFault[]): Set<string> => new Set(faults.map(({ name }) => name));
const sourcesOf = (faults: readonly PackageFault[]): string =>
  [...new Set(faults.map(({ where }) => where))].join(' and ');

/** For a project that exists. */
const otherSource = 'PyPI may have it: nix-python-container update --packages-from pypi.';

function refusal(
  left: readonly PackageFault[],
  requirements: readonly Requirement[],
  pins: PinsPolicy | undefined,
  { command }: Request,
): Failure {
  const versions = left.some(({ kind }) => kind === 'version');
  const others = left.some(({ kind }) => kind !== 'version');
  const hints = [
    ...(versions && pins === undefined
      ? ['--pins compatible, minimum or drop relaxes the ranges, --pins keep writes them as they are.']
      : []),
    ...(versions && pins !== undefined ? ['--pins drop takes the versions that nixpkgs has.'] : []),
    ...(others ? ['--skip-missing leaves out what nixpkgs does not have.'] : []),
    ...(command === 'new'
      ? [
          '--packages-from pypi takes all packages from PyPI, in these versions.',
          'Another release may have other versions: --nixpkgs.',
        ]
      : [otherSource]),
  ];
  return badRequest(`${heading(left, requirements)}\n${faultTable(left)}`, hints.join(' '), undefined, left);
}
