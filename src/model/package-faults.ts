import { formatRequirement, type Requirement } from '../packaging/requirement.ts';

/** What keeps a requirement from evaluating in a project. */
export interface PackageFault {
  readonly name: string;
  /** The requirement as it is written: `redis[hiredis]>=4`. */
  readonly requirement: string;
  /** It is not there; its version is not in the range; an extra is not there; it gives no derivation. */
  readonly kind: 'missing' | 'version' | 'extra' | 'failing';
  /** Which nixpkgs says so: `the pinned nixpkgs (26.05)`, or the nearest that the catalog knows. */
  readonly source: string;
  /** The version that nixpkgs has; undefined if it lacks the package. */
  readonly held?: string;
  /** The extras that are missing. */
  readonly extras?: readonly string[];
  /** Why it gives no derivation. */
  readonly reason?: string;
  /** Names that may have been meant. */
  readonly suggestions?: readonly string[];
  /** Releases that have a version in the range, with it: `25.05 (5.2.1)`. */
  readonly elsewhere?: readonly string[];
}

const attributeHint =
  'If it has another attribute, set it under [tool.nixpkgs.attributes] in pyproject.toml; if not, leave it out.';

/** A fault as a sentence, with what to do about it. */
export function describeFault(fault: PackageFault): string {
  const { name, requirement, kind, source, held, extras = [], reason, suggestions = [], elsewhere = [] } = fault;
  const guess = suggestions.length > 0 ? `Did you mean ${suggestions.join(' or ')}? ` : '';
  const other = elsewhere.length > 0 ? `nixpkgs ${elsewhere.join(' or ')}` : 'another nixpkgs';
  const sentences = {
    missing: `packages: ${source} has no package ${name}. ${guess}${attributeHint}`,
    version: `packages: ${source} has ${name} ${held || 'without a version'}, not ${requirement}. Change the range, or choose ${other}.`,
    extra: `packages: ${name} of ${source} has no extra ${extras.join(', ')}. Leave it out of ${requirement}, and list what it brings.`,
    failing: `packages: ${name} of ${source} ${reason ?? 'does not evaluate'}. Leave it out, or choose another Python or nixpkgs.`,
  };
  return sentences[kind];
}

/** Several faults as a table: the package, what is wanted, what nixpkgs has. */
export function faultTable(faults: readonly PackageFault[]): string {
  const rows = faults.map(({ requirement, kind, held, extras = [], reason, elsewhere = [], suggestions = [] }) => [
    requirement,
    {
      missing: `not there${suggestions.length > 0 ? `; did you mean ${suggestions.join(' or ')}?` : ''}`,
      version: `${held || 'no version'}${elsewhere.length > 0 ? `; in range: ${elsewhere.join(', ')}` : ''}`,
      extra: `${held}, without the extra ${extras.join(', ')}`,
      failing: `${held ? `${held}, which ` : ''}${reason ?? 'does not evaluate'}`,
    }[kind],
  ]);
  const width = Math.min(40, Math.max(...rows.map(([first = '']) => first.length)));
  return rows.map(([first = '', second = '']) => `  ${first.padEnd(width)}  ${second}`).join('\n');
}

/** A fault of a requirement. */
export const faultOf = (requirement: Requirement, fault: Omit<PackageFault, 'name' | 'requirement'>): PackageFault => ({
  name: requirement.name,
  requirement: formatRequirement(requirement),
  ...fault,
});
