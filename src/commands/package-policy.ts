import { type Failure, badRequest, failed } from '../errors/failure.ts';
import type { Context, Prompter } from '../load/context.ts';
import { faultTable, type PackageFault } from '../model/package-faults.ts';
import { adjust, type Adjustment, parsePinsPolicy, pinsPolicies, type PinsPolicy } from '../model/pins-policy.ts';
import { formatRequirement, readRequirementTexts, type Requirement } from '../packaging/requirement.ts';
import { satisfies } from '../packaging/version.ts';
import type { Request } from './request.ts';

/** Packages that evaluate, and what had to be changed for that. */
export interface PolicyResult {
  readonly packages: readonly string[];
  readonly adjustments: readonly Adjustment[];
}

const isFine = (held: string, specifier: string): boolean => satisfies(held, specifier) === true;

/**
 * Settles what the pinned nixpkgs does not have as it is required: by `--pins` and `--skip-missing`, or as somebody at the
 * terminal chooses.
 * @throws Failure (exit code 2) with a table of all of it where neither says what to do; 1 if the choice is to stop
 */
export async function applyPolicy(
  packages: readonly string[],
  faults: readonly PackageFault[],
  { on, pins: given }: Request,
  { stderr }: Context,
  { choose }: Prompter,
): Promise<PolicyResult> {
  const requirements = readRequirementTexts(packages);
  const listed = new Set(requirements.map(({ name }) => name));
  const ours = faults.filter(({ name }) => listed.has(name));
  let pins = given === undefined ? undefined : parsePinsPolicy(given);
  let skipMissing = on.has('skip-missing');
  const missed = ours.filter(({ kind }) => kind === 'version');
  const gone = ours.filter(({ kind }) => kind !== 'version');
  if (ours.length > 0 && choose && !on.has('yes')) {
    stderr.write(`${heading(ours, requirements)}\n${faultTable(ours)}\n`);
    if (missed.length > 0) pins ??= await askPins(missed, requirements, choose);
    // `keep` keeps these too.
    if (gone.length > 0 && !skipMissing && pins !== 'keep') {
      const answer = await choose(
        `${namesOf(gone).size} of ${requirements.length} packages cannot be had from nixpkgs. What now?`,
        [
          { value: 'skip', label: 'Leave them out' },
          { value: 'stop', label: 'Stop, and write nothing' },
        ],
      );
      if (answer === 'stop') throw stopped();
      skipMissing = true;
    }
  }
  const settled = adjust(requirements, ours, { pins, skipMissing, isFine });
  if (settled.left.length > 0) throw refusal(settled.left, requirements, pins);
  return { packages: settled.requirements.map(formatRequirement), adjustments: settled.adjustments };
}

async function askPins(
  missed: readonly PackageFault[],
  requirements: readonly Requirement[],
  choose: NonNullable<Prompter['choose']>,
): Promise<PinsPolicy> {
  const choices = (Object.keys(pinsPolicies) as PinsPolicy[]).map(value => {
    const { left } = adjust(requirements, missed, { pins: value, skipMissing: false, isFine });
    const rest = value === 'keep' || left.length === 0 ? '' : ` (still missed: ${left.length})`;
    return { value, label: `${value}: ${pinsPolicies[value]}${rest}` };
  });
  const answer = await choose(
    `${namesOf(missed).size} of ${pinned(requirements)} pins are not what ${sourcesOf(missed)} has. What now?`,
    [...choices, { value: 'stop', label: 'Stop, and write nothing' }],
  );
  if (answer === 'stop') throw stopped();
  return parsePinsPolicy(answer);
}

const stopped = (): Failure => failed('Stopped. Nothing was written.', 'Run it again to decide anew.');

const pinned = (requirements: readonly Requirement[]): number =>
  requirements.filter(({ specifier }) => specifier !== '').length;

function heading(faults: readonly PackageFault[], requirements: readonly Requirement[]): string {
  return `${namesOf(faults).size} of ${requirements.length} packages are not in ${sourcesOf(faults)} as they are required:`;
}

const namesOf = (faults: readonly PackageFault[]): Set<string> => new Set(faults.map(({ name }) => name));
const sourcesOf = (faults: readonly PackageFault[]): string =>
  [...new Set(faults.map(({ where }) => where))].join(' and ');

function refusal(
  left: readonly PackageFault[],
  requirements: readonly Requirement[],
  pins: PinsPolicy | undefined,
): Failure {
  const versions = left.some(({ kind }) => kind === 'version');
  const others = left.some(({ kind }) => kind !== 'version');
  const hints = [
    ...(versions && pins === undefined
      ? ['--pins compatible, minimum or drop relaxes the ranges, --pins keep writes them as they are.']
      : []),
    ...(versions && pins !== undefined ? ['--pins drop takes the versions that nixpkgs has.'] : []),
    ...(others ? ['--skip-missing leaves out what nixpkgs does not have.'] : []),
    'Another release may have other versions: --nixpkgs.',
  ];
  return badRequest(`${heading(left, requirements)}\n${faultTable(left)}`, hints.join(' '), undefined, left);
}
