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
 * Reads the Poetry tables of a pyproject.toml.
 * @param known the packages in [project]: for these, Poetry's own table only adds sources
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
  if (loose.length > 0) found.note(`optional packages that belong to no extra are left out: ${loose.join(', ')}.`);

  addEntries(poetry['dev-dependencies'], [...path, 'dev-dependencies'], { group: 'dev' }, source, found);
  for (const [name, table] of Object.entries(tableOf(poetry.group))) {
    const entries = tableOf(table).dependencies;
    const group = name === 'main' ? 'runtime' : groupFor(name, source);
    if (group) addEntries(entries, [...path, 'group', name, 'dependencies'], { group }, source, found);
    else leaveOut(name, Object.keys(tableOf(entries)), found);
  }
}

/** Adds a table of packages in the format of Poetry and Pipenv. */
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

/** The keys of an entry for a package that does not come from an index. */
const origins = ['git', 'hg', 'svn', 'bzr', 'path', 'file', 'url'];

/** Adds one package. Its value is a range, a table with `version` and other keys, or a list of tables for different environments. */
function addEntry(name: string, value: unknown, place: string, options: AddOptions, found: RequirementsBuilder): void {
  // In Poetry, the Python versions that the project supports.
  if (name.toLowerCase() === 'python') return;
  for (const one of Array.isArray(value) ? listOf(value) : [value]) {
    const entry = isTable(one) ? one : { version: one };
    const origin = origins.find(key => key in entry);
    if (origin === 'path' || origin === 'file') {
      found.skip(name, place, `local paths are not supported; ${found.reason('path')}`);
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
      found.note(`${added} was added without its range "${written}", which has no PEP 440 equivalent.`);
    }
  }
}

/** The environment marker of an entry: `markers`, Poetry's `python` and `platform`, and the marker variables that Pipenv accepts as keys. */
function markerOf(entry: Table): string {
  const range = poetryRange(textOf(entry.python) ?? '*');
  const markers = [
    textOf(entry.markers) ?? '',
    ...(range ?? '').split(',').map(clause => clause.replace(/^([~=!<>]+)([^]*)$/, 'python_full_version $1 "$2"')),
    typeof entry.platform === 'string' ? `sys_platform == "${entry.platform}"` : '',
    ...['python_version', 'python_full_version', 'sys_platform', 'platform_machine', 'platform_system', 'os_name'].map(
      name => (typeof entry[name] === 'string' ? `${name} ${entry[name]}` : ''),
    ),
  ].filter(marker => marker !== '');
  return markers.length > 1 ? markers.map(marker => `(${marker})`).join(' and ') : markers.join('');
}
