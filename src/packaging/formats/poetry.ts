import type { AddOptions, RequirementsBuilder } from '../parsed-requirements.ts';
import { normaliseName } from '../requirement.ts';
import { poetryRange } from './ranges.ts';
import {
  groupFor,
  isTable,
  listOf,
  type ListSource,
  leaveOut,
  type Table,
  tableOf,
  textOf,
  textsOf,
} from './source.ts';

/**
 * The tables of Poetry in a pyproject.toml.
 * @param known what [project] lists already: Poetry's own table adds to it only where packages come from
 */
export function readPoetryTables(source: ListSource, found: RequirementsBuilder, known: ReadonlySet<string>): void {
  const path = ['tool', 'poetry'];
  const poetry = tableOf(tableOf(source.value.tool).poetry);
  const isNew = ([name]: readonly [string, unknown]): boolean => !known.has(normaliseName(name));
  const extras = tableOf(poetry.extras);
  const selected = Object.keys(extras).filter(extra => groupFor(extra, source) === 'runtime');
  const wanted = new Set(selected.flatMap(extra => textsOf(extras[extra]).map(normaliseName)));
  const optional: string[] = [];
  for (const [name, value] of Object.entries(tableOf(poetry.dependencies)).filter(isNew)) {
    const isOptional = [value].flat().some(one => tableOf(one).optional === true);
    if (isOptional && !wanted.has(normaliseName(name))) optional.push(name);
    else addEntry(name, value, source.place(...path, 'dependencies', name), {}, found);
  }
  for (const [extra, names] of Object.entries(extras)) {
    if (!selected.includes(extra))
      leaveOut(
        extra,
        textsOf(names).filter(name => optional.includes(name)),
        found,
      );
  }
  const loose = optional.filter(name => !Object.values(extras).some(names => textsOf(names).includes(name)));
  if (loose.length > 0) found.note(`optional packages are left out: ${loose.join(', ')}.`);

  addEntries(poetry['dev-dependencies'], [...path, 'dev-dependencies'], { group: 'dev' }, source, found);
  for (const [name, table] of Object.entries(tableOf(poetry.group))) {
    const entries = tableOf(table).dependencies;
    const group = name === 'main' ? 'runtime' : groupFor(name, source);
    if (group) addEntries(entries, [...path, 'group', name, 'dependencies'], { group }, source, found);
    else leaveOut(name, Object.keys(tableOf(entries)), found);
  }
}

/** Adds a table of packages as Poetry and pipenv write them. */
export function addEntries(
  table: unknown,
  path: readonly string[],
  options: AddOptions,
  { place }: ListSource,
  found: RequirementsBuilder,
): void {
  for (const [name, value] of Object.entries(tableOf(table)))
    addEntry(name, value, place(...path, name), options, found);
}

/** Where an entry says that a package comes from, if not from an index. */
const origins = ['git', 'hg', 'svn', 'bzr', 'path', 'file', 'url'];

/** Adds one package: its value is a range, a table with `version` and more, or several tables for different environments. */
function addEntry(name: string, value: unknown, place: string, options: AddOptions, found: RequirementsBuilder): void {
  // Of Poetry: which Pythons the project supports.
  if (name.toLowerCase() === 'python') return;
  for (const one of Array.isArray(value) ? listOf(value) : [value]) {
    const entry = isTable(one) ? one : { version: one };
    const origin = origins.find(key => key in entry);
    if (origin === 'path' || origin === 'file') {
      found.skip(name, place, `it is a path; ${found.reason('path')}`);
      continue;
    }
    const extras = textsOf(entry.extras);
    const stated = name + (extras.length > 0 ? `[${extras.join(',')}]` : '');
    const marker = markerOf(entry);
    if (origin !== undefined) {
      const url = textOf(entry[origin]) ?? '';
      found.addText(
        `${stated} @ ${/^[\w+]+:\/\//.test(url) ? url : `https://${url}`}${marker && ` ; ${marker}`}`,
        place,
        { ...options, line: `${name}, from ${url}` },
      );
      continue;
    }
    const written = textOf(entry.version) ?? '*';
    const range = poetryRange(written);
    const added = found.addText(`${stated}${range ?? ''}${marker && `; ${marker}`}`, place, {
      ...options,
      line: `${name} = "${written}"`,
    });
    if (range === undefined && added !== undefined) {
      found.note(`${added} is taken without its range "${written}", which PEP 440 cannot express.`);
    }
  }
}

/** The environment marker of an entry: `markers`, what Poetry calls `python` and `platform`, and variables that pipenv takes as keys. */
function markerOf(entry: Table): string {
  const range = poetryRange(textOf(entry.python) ?? '*');
  const markers = [
    textOf(entry.markers) ?? '',
    ...(range ?? '').split(',').map(clause => clause.replace(/^([~=!<>]+)(.*)$/, 'python_full_version $1 "$2"')),
    typeof entry.platform === 'string' ? `sys_platform == "${entry.platform}"` : '',
    ...['python_version', 'python_full_version', 'sys_platform', 'platform_machine', 'platform_system', 'os_name'].map(
      name => (typeof entry[name] === 'string' ? `${name} ${entry[name]}` : ''),
    ),
  ].filter(marker => marker !== '');
  return markers.length > 1 ? markers.map(marker => `(${marker})`).join(' and ') : markers.join('');
}
