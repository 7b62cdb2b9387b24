import type { RequirementsBuilder } from '../parsed-requirements.ts';
import { normaliseName } from '../requirement.ts';

/** A parsed file that lists packages. */
export interface ListSource {
  /** Its path, for messages. */
  readonly file: string;
  readonly value: Table;
  /** The location of an item, for messages: `pyproject.toml:3`, or the file alone if the line is unknown. */
  readonly place: (...path: readonly (string | number)[]) => string;
  /** The requested groups of optional dependencies, normalised. */
  readonly selected: ReadonlySet<string>;
  /** The groups in the file, normalised: filled in while it is read. */
  readonly groups: Set<string>;
}

/** Reads a file of one format and adds its packages to `found`. */
export type ListReader = (source: ListSource, found: RequirementsBuilder) => void;

export type Table = Readonly<Record<string, unknown>>;

export const isTable = (value: unknown): value is Table =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The value if it is a table, otherwise an empty table. */
export const tableOf = (value: unknown): Table => (isTable(value) ? value : {});

/** The value if it is a list, otherwise an empty list. */
export const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? (value as unknown[]) : []);

export const textsOf = (value: unknown): readonly string[] =>
  listOf(value).filter((item): item is string => typeof item === 'string');

export const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

/** Common names of dependency groups for development and tests. */
const devGroups: readonly string[] = [
  ...['dev', 'devel', 'develop', 'development', 'test', 'tests', 'testing', 'unit', 'integration', 'coverage'],
  ...['lint', 'linting', 'linters', 'format', 'formatting', 'style', 'quality', 'qa', 'check', 'checks'],
  ...['type', 'types', 'typing', 'typecheck', 'typechecking', 'mypy', 'debug', 'tooling', 'tools', 'ci'],
];

/** Whether the name of a group says that it is for development or tests. */
export function isDevGroup(name: string): boolean {
  const normalised = normaliseName(name);
  return devGroups.includes(normalised) || /(^|-)(dev|tests?|lint|typing)(-|$)/.test(normalised);
}

/**
 * Where a group of optional dependencies goes: into the image if it was requested, into the dev group if its name indicates
 * development or tests, otherwise nowhere.
 */
export function groupFor(name: string, { selected, groups }: ListSource): 'runtime' | 'dev' | undefined {
  const normalised = normaliseName(name);
  groups.add(normalised);
  return selected.has(normalised) ? 'runtime' : isDevGroup(normalised) ? 'dev' : undefined;
}

/** Records that the packages of a group are left out. */
export function leaveOut(group: string, names: readonly string[], found: RequirementsBuilder): void {
  const distinct = [...new Set(names)];
  if (distinct.length === 0) return;
  const some =
    distinct.length > 3 ? `${distinct.slice(0, 3).join(', ')} and ${distinct.length - 3} more` : distinct.join(', ');
  found.summarise('optionalGroups', `${group} (${some})`);
}
