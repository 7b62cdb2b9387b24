import { compare, explain } from '@renovatebot/pep440';

// In the order in which a specifier is written: what fixes a version, then lower bounds, exclusions, upper bounds.
// "===" stands last, since Python's own parser takes a comma after it for part of the version.
const operators = ['==', '~=', '>=', '>', '!=', '<=', '<', '==='] as const;
type Operator = (typeof operators)[number];

interface Clause {
  readonly operator: Operator;
  /** Normalised; ends in `.*` for a wildcard. */
  readonly version: string;
}

/** PEP 440's normal form of a version (`1.0-RC.1` → `1.0rc1`), undefined if it is none. */
export function normaliseVersion(text: string): string | undefined {
  // Sixteen digits and more are past what a number holds exactly.
  const known = /\d{16}/.test(text) ? null : explain(text);
  if (!known) return undefined;
  const local = text
    .split('+')[1]
    ?.toLowerCase()
    .split(/[._-]/)
    .map(part => (/^\d+$/.test(part) ? part.replace(/^0+(?=\d)/, '') : part));
  return local ? `${known.public}+${local.join('.')}` : known.public;
}

/** PEP 440's version specifier in one spelling (`<4, >= 2.0` → `>=2.0,<4`), undefined if it is none. */
export function normaliseSpecifier(text: string): string | undefined {
  const parsed = clauses(text);
  if (!parsed) return undefined;
  const written = parsed
    .sort((a, b) => operators.indexOf(a.operator) - operators.indexOf(b.operator) || (a.version < b.version ? -1 : 1))
    .map(({ operator, version }) => operator + version);
  return [...new Set(written)].join(',');
}

/**
 * Whether a version is in the range; a pre-release counts like any other version, as a pin of nixpkgs has only the one.
 * Undefined if the version is none by PEP 440 or the specifier is none.
 * The library's own `satisfies` is not used: it takes `2` out of `==2.0.*` and `1.0` out of `>1.0.dev1`.
 */
export function satisfies(version: string, specifier: string): boolean | undefined {
  const wanted = clauses(specifier);
  if (!wanted) return undefined;
  if (wanted.some(clause => clause.operator !== '===') && !normaliseVersion(version)) return undefined;
  return wanted.every(clause => tests[clause.operator](version, clause.version));
}

/** Whether a specifier asks for an exact version and at the same time rules it out, as `==1,==2` does. */
export function isContradictory(specifier: string): boolean {
  const exact = (clauses(specifier) ?? []).filter(
    ({ operator, version }) => operator.startsWith('==') && !version.endsWith('.*'),
  );
  return exact.length > 0 && !exact.some(({ version }) => satisfies(version, specifier));
}

function clauses(text: string): Clause[] | undefined {
  if (text.trim() === '') return [];
  const parsed = text.replace(/,\s*$/, '').split(',').map(parseClause);
  return parsed.every(clause => clause !== undefined) ? parsed : undefined;
}

function parseClause(text: string): Clause | undefined {
  const [, operator, written] = /^\s*(===|~=|==|!=|<=|>=|<|>)\s*(\S+)\s*$/.exec(text) ?? [];
  if (!operator || !written) return undefined;
  const clause = (version: string | undefined): Clause | undefined =>
    version === undefined ? undefined : { operator: operator as Operator, version };
  // "===" compares texts, so any text goes that is harmless wherever it is written.
  if (operator === '===') return clause(/^[a-z0-9][a-z0-9._+!*-]*$/i.test(written) ? written : undefined);

  const equality = operator === '==' || operator === '!=';
  const [, stem] = /^(v?(?:\d+!)?\d+(?:\.\d+)*)\.\*$/i.exec(written) ?? [];
  if (stem) {
    const version = equality ? normaliseVersion(stem) : undefined;
    return clause(version && `${version}.*`);
  }
  const version = normaliseVersion(written);
  if (!version || (version.includes('+') && !equality)) return undefined;
  return operator === '~=' && parts(version).release.length < 2 ? undefined : clause(version);
}

const tests: Record<Operator, (version: string, wanted: string) => boolean> = {
  '===': (version, wanted) => version.toLowerCase() === wanted.toLowerCase(),
  '==': equal,
  '!=': (version, wanted) => !equal(version, wanted),
  '>=': (version, wanted) => compare(publicPart(version), wanted) >= 0,
  '<=': (version, wanted) => compare(publicPart(version), wanted) <= 0,
  // A post-release of the bound is not after it, a pre-release of the bound not before it.
  '>': (version, wanted) =>
    compare(publicPart(version), wanted) > 0 && compare(publicPart(version).replace(/\.post.*/, ''), wanted) !== 0,
  '<': (version, wanted) =>
    compare(publicPart(version), wanted) < 0 &&
    compare(publicPart(version).replace(/(a|b|rc)\d.*|\.dev.*/, ''), wanted) !== 0,
  '~=': (version, wanted) => {
    const { epoch, release } = parts(wanted);
    return tests['>='](version, wanted) && equal(version, `${epoch}!${release.slice(0, -1).join('.')}.*`);
  },
};

function equal(version: string, wanted: string): boolean {
  if (wanted.endsWith('.*')) {
    const [have, stem] = [parts(version), parts(wanted.slice(0, -2))];
    return have.epoch === stem.epoch && stem.release.every((part, at) => part === (have.release[at] ?? 0));
  }
  const have = wanted.includes('+') ? normaliseVersion(version) : publicPart(version);
  return have !== undefined && compare(have, wanted) === 0;
}

const parts = (version: string) => explain(version) as NonNullable<ReturnType<typeof explain>>;
const publicPart = (version: string): string => parts(version).public;
