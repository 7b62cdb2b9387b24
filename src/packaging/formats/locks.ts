import type { Group, RequirementsBuilder } from '../parsed-requirements.ts';
import { nameIn, normaliseName } from '../requirement.ts';
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

// Lock files are read for names and exact versions: nixpkgs cannot use their hashes and sources.

/** Reads uv.lock: the direct dependencies of the workspace's projects, at the locked versions. */
export function readUvLock(source: ListSource, found: RequirementsBuilder): void {
  const packages = listOf(source.value.package).map(tableOf);
  const isRoot = ({ source: from }: Table): boolean =>
    ['virtual', 'editable', 'directory'].some(key => key in tableOf(from));
  const roots = packages.filter(isRoot);
  const own = new Set(roots.map(nameOf));
  const locked = new Map<string, Table[]>();
  for (const item of packages) locked.set(nameOf(item), [...(locked.get(nameOf(item)) ?? []), item]);

  const add = (dependencies: unknown, group: Group): void => {
    for (const dependency of listOf(dependencies)
      .map(tableOf)
      .filter(each => !own.has(nameOf(each)))) {
      const versions = locked.get(nameOf(dependency)) ?? [];
      const [only, ...others] = versions;
      // If a package is locked at several versions, the dependency names the version it means.
      const version = textOf(dependency.version) ?? (others.length === 0 ? textOf(only?.version) : undefined);
      addLocked({ ...only, ...dependency, version, extras: dependency.extra }, group, source, found);
    }
  };
  for (const root of roots) {
    add(root.dependencies, 'runtime');
    for (const key of ['optional-dependencies', 'dev-dependencies']) {
      for (const [name, dependencies] of Object.entries(tableOf(root[key]))) {
        const group = groupFor(name, source);
        if (group) add(dependencies, group);
        else leaveOut(name, listOf(dependencies).map(tableOf).map(nameOf), found);
      }
    }
  }
  if (roots.length === 0) {
    found.note(allTaken);
    for (const item of packages) addLocked(item, 'runtime', source, found);
  }
}

const allTaken = 'it does not distinguish direct dependencies; all packages are included.';

/** Reads poetry.lock and pdm.lock: all packages, by group. */
export function readPoetryLock(source: ListSource, found: RequirementsBuilder): void {
  found.note(`${allTaken} pyproject.toml lists fewer.`);
  const optional: string[] = [];
  for (const item of listOf(source.value.package).map(tableOf)) {
    const groups = [...textsOf(item.groups), ...[textOf(item.category) ?? []].flat()];
    const group =
      groups.length === 0 || groups.some(name => ['main', 'default'].includes(name))
        ? 'runtime'
        : groups.map(name => groupFor(name, source)).find(name => name !== undefined);
    if (item.optional === true || group === undefined) optional.push(nameOf(item));
    else addLocked(item, group, source, found);
  }
  if (optional.length > 0) found.note(`packages in optional groups are left out: ${optional.join(', ')}.`);
}

/** Reads pylock.toml (PEP 751): all packages. */
export function readPylock(source: ListSource, found: RequirementsBuilder): void {
  found.note(allTaken);
  for (const item of listOf(source.value.packages).map(tableOf)) {
    const marker = textOf(item.marker) ?? '';
    // The marker of a package says which groups and extras it belongs to.
    const groups = [...marker.matchAll(/["']([\w.-]+)["']\s+in\s+(?:dependency_groups|extras)/g)].map(
      ([, name = '']) => name,
    );
    const group =
      groups.length === 0 ? 'runtime' : groups.map(name => groupFor(name, source)).find(name => name !== undefined);
    if (group === undefined)
      found.skip(nameOf(item), source.file, `it belongs to the optional group ${groups.join(', ')}`);
    else addLocked({ ...item, marker: groups.length === 0 ? marker : undefined }, group, source, found);
  }
}

const nameOf = ({ name }: Table): string => normaliseName(textOf(name) ?? '');

/** Adds a locked package: with its version if it comes from an index, otherwise by name alone. */
function addLocked(item: Table, group: Group, { file }: ListSource, found: RequirementsBuilder): void {
  const name = textOf(item.name) ?? '';
  const marker = textOf(item.marker) ?? textOf(item.markers) ?? textOf(tableOf(item.markers).main) ?? '';
  const origin = originOf(item);
  if (origin === 'path') {
    found.skip(name, file, `local paths are not supported; ${found.reason('path')}`);
    return;
  }
  const extras = textsOf(item.extras);
  const version = origin === undefined ? textOf(item.version) : undefined;
  const stated = `${name}${extras.length > 0 ? `[${extras.join(',')}]` : ''}${version === undefined ? '' : `==${version}`}`;
  const added = found.addText(`${stated}${marker && `; ${marker}`}`, file, { group, isLocked: true });
  if (added !== undefined && origin !== undefined)
    found.note(`${nameIn(name)} is installed from nixpkgs by name, not from ${origin}.`);
}

/** Where a locked package comes from, if not from an index: `path`, or a URL. */
function originOf(item: Table): string | undefined {
  const from = tableOf(item.source);
  const isPath = ['path', 'directory', 'file'].some(kind => kind in from || from.type === kind);
  if (isPath || isTable(item.directory) || typeof item.path === 'string') return 'path';
  const kinds = ['git', 'url', 'vcs', 'archive'];
  // Poetry gives a type and a URL, even for an index; the others use the type as the key of the URL.
  if (typeof from.type === 'string') return kinds.includes(from.type) ? textOf(from.url) : undefined;
  const urls = kinds.map(kind => textOf(from[kind]) ?? textOf(tableOf(item[kind]).url) ?? textOf(item[kind]));
  return urls.find(url => url !== undefined);
}
