import { quoted } from '../text/shown.ts';
import { badRequest } from '../errors/failure.ts';
import { formatRequirement, parseRequirement, type Requirement } from '../packaging/requirement.ts';
import { type PackageFault, reasons } from './package-faults.ts';

/**
 * What to do with version ranges that the pinned nixpkgs does not meet: `keep` them, and packages that it lacks (the project does not
 * evaluate until they are changed), accept later `compatible` versions (the same major version), take what is asked for as a `minimum`, or `drop` them.
 */
export const pinsPolicies = {
  keep: 'write everything as it is; the project does not evaluate until that is changed',
  compatible: 'accept later versions with the same major version',
  minimum: 'accept all later versions',
  drop: 'take the version that nixpkgs has',
} as const;
export type PinsPolicy = keyof typeof pinsPolicies;

/** @throws Failure (exit code 2) for a policy that does not exist */
export function parsePinsPolicy(text: string, where = '--pins'): PinsPolicy {
  if (Object.hasOwn(pinsPolicies, text)) return text as PinsPolicy;
  const known = Object.keys(pinsPolicies).join(', ');
  throw badRequest(`${where}: unknown policy ${quoted(text)}`, `Choose one of ${known}.`);
}

/** A requirement that was changed, or left out, so that the project evaluates. */
export interface Adjustment {
  readonly name: string;
  readonly from: string;
  /** What is listed instead; undefined if it is left out. */
  readonly to?: string;
  /** The version that nixpkgs has, if it has the package. */
  readonly held?: string;
  readonly reason: string;
}

/** The range that a policy makes of another one: `==2.3.1` is `>=2.3.1,<3` or `>=2.3.1`. */
export function relaxed(specifier: string, policy: PinsPolicy): string {
  if (policy === 'keep') return specifier;
  if (policy === 'drop') return '';
  const lowest = specifier
    .split(',')
    .map(clause => /^(?:===?|~=|>=)v?([0-9][^,*]*?)(?:\.\*)?$/.exec(clause)?.[1])
    .find(version => version !== undefined);
  if (lowest === undefined) return '';
  const base = lowest.replace(/\+[^]*$/, '');
  if (policy === 'minimum') return `>=${base}`;
  const [, epoch = '', major = '0'] = /^(\d+!)?(\d+)/.exec(base) ?? [];
  return `>=${base},<${epoch}${Number(major) + 1}`;
}

/**
 * Applies a policy to the requirements whose range is missed, and leaves out those that cannot be had, if that is wanted.
 * @param isFine whether nixpkgs has a version in the range
 * @returns the requirements to list, what was changed, and the faults that are left
 */
export function adjust(
  requirements: readonly Requirement[],
  faults: readonly PackageFault[],
  {
    pins,
    skipMissing,
    isFine,
  }: {
    readonly pins: PinsPolicy | undefined;
    readonly skipMissing: boolean;
    readonly isFine: (held: string, specifier: string) => boolean;
  },
): {
  readonly requirements: readonly Requirement[];
  readonly adjustments: readonly Adjustment[];
  readonly left: readonly PackageFault[];
} {
  const adjustments: Adjustment[] = [];
  const left: PackageFault[] = [];
  const byName = new Map<string, PackageFault[]>();
  for (const fault of faults) byName.set(fault.name, [...(byName.get(fault.name) ?? []), fault]);
  const kept = requirements.flatMap(requirement => {
    const own = byName.get(requirement.name) ?? [];
    const [fatal] = own.filter(({ kind }) => kind === 'missing' || kind === 'not-derivation');
    const from = formatRequirement(requirement);
    const { name } = requirement;
    if (fatal) {
      if (!skipMissing) {
        if (pins !== 'keep') left.push(...own);
        return [requirement];
      }
      const { version: held, where, problem } = fatal;
      const why = fatal.kind === 'missing' ? `${where} does not have it` : `it ${reasons[problem?.kind ?? 'fails']}`;
      adjustments.push({ name, from, ...(held ? { held } : {}), reason: why });
      return [];
    }
    let next = requirement;
    for (const fault of own) {
      const { version: held = '', wanted } = fault;
      if (fault.kind === 'extra') {
        if (!skipMissing && pins !== 'keep') left.push(fault);
        else if (skipMissing) next = { ...next, extras: next.extras.filter(extra => extra !== wanted) };
      } else {
        const specifier = pins === undefined ? next.specifier : relaxed(next.specifier, pins);
        if (pins !== 'keep' && !isFine(held, specifier))
          left.push({ ...fault, requirement: formatRequirement({ ...next, specifier }) });
        next = { ...next, specifier };
      }
    }
    const to = formatRequirement(parseRequirement(formatRequirement(next)));
    if (to !== from) {
      const held = own.find(({ version }) => version)?.version;
      adjustments.push({
        name,
        from,
        to,
        ...(held ? { held } : {}),
        reason: own
          .map(({ kind, wanted }) => (kind === 'extra' ? `nixpkgs has no extra ${wanted}` : `nixpkgs has ${held}`))
          .join('; '),
      });
    }
    return [parseRequirement(to)];
  });
  return { requirements: kept, adjustments, left };
}
