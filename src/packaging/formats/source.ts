import type { RequirementsBuilder } from '../parsed-requirements.ts';
import { normaliseName } from '../requirement.ts';

/** A file with a list of packages, parsed. */
export interface ListSource {
  /** Its path, for messages. */
  readonly file: string;
  readonly value: Table;
  /** Where something is, for messages: `pyproject.toml:3`, or the file alone. */
  readonly place: (...path: readonly (string | number)[]) => string;
  /** The groups of optional dependencies that are asked for, normalised. */
  readonly selected: ReadonlySet<string>;
  /** The groups that it has, normalised: filled while it is read. */
  readonly groups: Set<string>;
}

/** Reads a file of one format: adds what it lists. */
export type ListReader = (source: ListSource, found: RequirementsBuilder) => void;

export type Table = Readonly<Record<string, unknown>>;

export const isTable = (value: unknown): value is Table =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A value as a table: an empty one if it is not. */
export const tableOf = (value: unknown): Table => (isTable(value) ? value : {});

/** A value as a list: an empty one if it is not. */
export const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? (value as unknown[]) : []);

export const textsOf = (value: unknown): readonly string[] =>
  listOf(value).filter((item): item is string => typeof item === 'string');

export const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

/** What people call groups of packages for development and tests. */
const devGroups: readonly string[] = [
  ...['dev', 'devel', 'develop', 'development', 'test', 'tests', 'testing', 'unit', 'integration', 'coverage'],
  ...['lint', 'linting', 'linters', 'format', 'formatting', 'style', 'quality', 'qa', 'check', 'checks'],
  ...['type', 'types', 'typing', 'typecheck', 'typechecking', 'mypy', 'debug', 'tooling', 'tools', 'ci'],
];

const isDevGroup = (name: string): boolean =>
  devGroups.includes(name) || /(^|-)(dev|tests?|lint|typing)(-|$)/.test(name);

/**
 * What is done with a named group of optional dependencies: into the image if it is asked for, into the dev group if its name says
 * that it is for development or tests, else left out.
 */
export function groupFor(name: string, { selected, groups }: ListSource): 'runtime' | 'dev' | undefined {
  const normalised = normaliseName(name);
  groups.add(normalised);
  return selected.has(normalised) ? 'runtime' : isDevGroup(normalised) ? 'dev' : undefined;
}

/** Sums up which packages of a group are left out. */
export function leaveOut(group: string, names: readonly string[], found: RequirementsBuilder): void {
  const distinct = [...new Set(names)];
  if (distinct.length === 0) return;
  const some =
    distinct.length > 3 ? `${distinct.slice(0, 3).join(', ')} and ${distinct.length - 3} more` : distinct.join(', ');
  found.summarise('optionalGroups', `${group} (${some})`);
}
