import type { AddOptions, RequirementsBuilder } from '../parsed-requirements.ts';
import { addEntries } from './poetry.ts';
import { groupFor, isTable, type ListSource, leaveOut, tableOf } from './source.ts';

const reserved = ['source', 'requires', 'scripts', 'pipenv', 'pipfile', '_meta'];

/** Reads a Pipfile: [packages], [dev-packages], and custom categories. */
export function readPipfile(source: ListSource, found: RequirementsBuilder): void {
  readCategories({ packages: 'runtime', 'dev-packages': 'dev' }, source, found, {});
}

/** Reads Pipfile.lock: the same categories under other names, with transitive dependencies. */
export function readPipfileLock(source: ListSource, found: RequirementsBuilder): void {
  found.note('it does not distinguish direct dependencies; all packages are included. Pipfile lists fewer.');
  readCategories({ default: 'runtime', develop: 'dev' }, source, found, { isLocked: true });
}

function readCategories(
  known: Readonly<Record<string, 'runtime' | 'dev'>>,
  source: ListSource,
  found: RequirementsBuilder,
  more: Pick<AddOptions, 'isLocked'>,
): void {
  for (const [name, table] of Object.entries(source.value)) {
    if (reserved.includes(name) || !isTable(table)) continue;
    const group = known[name] ?? groupFor(name, source);
    if (group) addEntries(table, [name], { ...more, group }, source, found);
    else leaveOut(name, Object.keys(tableOf(table)), found);
  }
}
