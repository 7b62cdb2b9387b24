import { badRequest, Failure } from '../errors/failure.ts';
import { parseRequirement } from '../packaging/requirement.ts';
import type { ParsedRequirements, PlacedRequirement, SkippedLine } from '../packaging/parsed-requirements.ts';
import { parseToml } from './toml.ts';

/** A format in which people list packages, beside pip's own. */
interface Format {
  /** Whether a file is of it, by its name and its first lines. */
  readonly matches: (name: string, text: string) => boolean;
  /** What it lists: `name[extras]range`, or why an entry cannot be one. */
  readonly read: (text: string, file: string) => readonly Entry[];
}

/** One entry of a list. */
interface Entry {
  readonly name: string;
  /** PEP 508; undefined for one that is left out. */
  readonly requirement?: string;
  readonly reason?: string;
}

type Table = Readonly<Record<string, unknown>>;
const isTable = (value: unknown): value is Table =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const table = (value: unknown): Table => (isTable(value) ? value : {});
const texts = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : [];

const elsewhere = 'it comes from a path, a URL or a repository; packages come from nixpkgs';

/** The entries of a file of another format; undefined if it is one of pip's. */
const formats: readonly Format[] = [
  {
    matches: name => /(^|\/)pyproject\.toml$/.test(name),
    read: (text, file) => {
      const value = parseToml(text, file).value;
      const poetry = table(table(value.tool).poetry);
      const listed = [
        ...texts(table(value.project).dependencies).map(requirement => ({ name: requirement, requirement })),
        ...poetryEntries(poetry.dependencies),
      ];
      if (listed.length > 0) return listed;
      throw badRequest(`${file} lists no dependencies.`, 'They belong under [project] or [tool.poetry.dependencies].');
    },
  },
  {
    matches: name => /(^|\/)Pipfile$/.test(name),
    read: (text, file) => poetryEntries(parseToml(text, file).value.packages),
  },
  {
    matches: name => /(^|\/)Pipfile\.lock$/.test(name),
    read: (text, file) =>
      Object.entries(table(parseJson(text, file).default)).map(([name, entry]) =>
        lockedEntry(name, table(entry).version),
      ),
  },
  {
    matches: name => /(^|\/)(poetry\.lock|uv\.lock|pylock(\.[^/]+)?\.toml)$/.test(name),
    read: (text, file) => {
      const { value } = parseToml(text, file);
      const packages = Array.isArray(value.package) ? value.package : value.packages;
      if (!Array.isArray(packages)) throw badRequest(`${file} lists no packages.`, 'Check the file.');
      return packages.map(table).flatMap(entry => {
        const source = table(entry.source);
        // The project itself.
        if (source.editable !== undefined || source.virtual !== undefined) return [];
        return [lockedEntry(String(entry.name), typeof entry.version === 'string' ? `==${entry.version}` : undefined)];
      });
    },
  },
];

/** Formats that are not read, and what to do instead. */
const others: readonly { readonly matches: RegExp; readonly is: string; readonly instead: string }[] = [
  {
    matches: /(^|\/)setup\.(cfg|py)$/,
    is: 'a setuptools configuration',
    instead: 'Write a list with: pip-compile --strip-extras -o requirements.txt',
  },
  {
    matches: /(^|\/)environment\.ya?ml$|conda-lock\.ya?ml$/,
    is: 'a Conda environment',
    instead: 'Write a list with: conda run pip list --format=freeze > requirements.txt',
  },
];

const lockedEntry = (name: string, version: unknown): Entry =>
  typeof version === 'string' ? { name, requirement: `${name}${version}` } : { name, reason: elsewhere };

function parseJson(text: string, file: string): Table {
  try {
    return table(JSON.parse(text));
  } catch (error) {
    throw badRequest(`${file} is not JSON: ${(error as Error).message}`, 'Fix the file.', error);
  }
}

/** Entries of Poetry and pipenv: a range, or a table with `version` and `extras`. */
const poetryEntries = (value: unknown): Entry[] =>
  Object.entries(table(value))
    .filter(([name]) => name.toLowerCase() !== 'python')
    .map(([name, wanted]) => {
      const { version = wanted, extras, optional, ...rest } = isTable(wanted) ? wanted : { version: wanted };
      if (['git', 'path', 'url', 'file'].some(key => key in rest)) return { name, reason: elsewhere };
      if (optional === true) return { name, reason: 'it is optional' };
      const range = typeof version === 'string' ? pep440Of(version) : undefined;
      if (range === undefined) return { name, reason: 'its version is not one range' };
      const brackets = texts(extras).length > 0 ? `[${texts(extras).join(',')}]` : '';
      return { name, requirement: `${name}${brackets}${range}` };
    });

/**
 * A range of Poetry or pipenv as PEP 440 has it: `^1.2` is `>=1.2,<2`, `~1.2` is `>=1.2,<1.3`, `1.2` is `==1.2`.
 * Undefined for one that PEP 440 cannot say, such as `1 || 2`.
 */
export function pep440Of(range: string): string | undefined {
  const clauses = range.split(',').map(text => text.trim());
  const written = clauses.map(clause => {
    if (clause === '*' || clause === '') return '';
    const [, sign = '', version = ''] = /^(\^|~(?!=))?\s*v?(\d[^\s|]*)$/.exec(clause) ?? [];
    if (version === '') return /^(===?|!=|~=|[<>]=?)\s*[^\s|]+$/.test(clause) ? clause.replace(/\s+/g, '') : undefined;
    if (sign === '') return `==${version}`;
    const numbers = (/^\d+(\.\d+)*/.exec(version)?.[0] ?? '').split('.').map(Number);
    // A caret fixes all up to the first number that is not 0, a tilde the first two.
    const firstSet = numbers.findIndex(number => number > 0);
    const fixed = sign === '~' ? Math.min(1, numbers.length - 1) : firstSet < 0 ? numbers.length - 1 : firstSet;
    const next = [...numbers.slice(0, fixed), (numbers[fixed] ?? 0) + 1];
    return `>=${version},<${next.join('.')}`;
  });
  return written.some(text => text === undefined) ? undefined : written.filter(Boolean).join(',');
}

/**
 * What a file of another format than pip's lists for the runtime; undefined if it is one of pip's.
 * @throws Failure (exit code 2) for a format that is known and not read, with the command that converts it
 */
export function readOtherFormat(file: string, text: string): ParsedRequirements | undefined {
  const other = others.find(({ matches }) => matches.test(file));
  if (other) throw badRequest(`${file} is ${other.is}, which is not read.`, other.instead);
  const format = formats.find(({ matches }) => matches(file, text));
  if (!format) return undefined;
  const requirements: PlacedRequirement[] = [];
  const skipped: SkippedLine[] = [];
  for (const { name, requirement = '', reason } of format.read(text, file)) {
    try {
      if (reason !== undefined) skipped.push({ line: name, place: file, reason });
      else
        requirements.push({
          requirement: parseRequirement(requirement.split(';')[0]?.trim() ?? '', file),
          place: file,
          group: 'runtime',
        });
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      skipped.push({ line: name, place: file, reason: error.message.replace(`${file}: `, '').replace(/\.$/, '') });
    }
  }
  return { requirements, skipped, notes: [] };
}
