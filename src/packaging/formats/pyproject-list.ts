import { quoted } from '../../text/shown.ts';
import type { Group, RequirementsBuilder } from '../parsed-requirements.ts';
import { nameIn, normaliseName } from '../requirement.ts';
import { readPoetryTables } from './poetry.ts';
import { groupFor, isTable, listOf, type ListSource, leaveOut, tableOf, textOf, textsOf } from './source.ts';

/**
 * Reads pyproject.toml: [project] dependencies and optional-dependencies (PEP 621), dependency groups (PEP 735), the groups of uv
 * and PDM, and Poetry's tables.
 */
export function readPyprojectList(source: ListSource, found: RequirementsBuilder): void {
  const project = tableOf(source.value.project);
  const tool = tableOf(source.value.tool);
  const listed = addAll(['project', 'dependencies'], project.dependencies, 'runtime', source, found);
  noteDynamic(textsOf(project.dynamic), tableOf(tableOf(tool.setuptools).dynamic), found);
  readExtras(project, source, found);
  readGroups(source, found);
  addAll(['tool', 'uv', 'dev-dependencies'], tableOf(tool.uv)['dev-dependencies'], 'dev', source, found);
  for (const [name, items] of Object.entries(tableOf(tableOf(tool.pdm)['dev-dependencies']))) {
    addAll(['tool', 'pdm', 'dev-dependencies', name], items, 'dev', source, found);
  }
  noteSources(tableOf(tableOf(tool.uv).sources), found);
  readPoetryTables(source, found, new Set(listed.map(nameIn)));
}

/** Adds the list of requirements at a path; items that are not strings are skipped. */
function addAll(
  path: readonly string[],
  items: unknown,
  group: Group,
  { place }: ListSource,
  found: RequirementsBuilder,
): readonly string[] {
  for (const [at, item] of listOf(items).entries()) {
    const where = place(...path, at);
    if (typeof item === 'string') found.addText(item, where, { group });
    else found.skip(quoted(item), where, 'it is not a string');
  }
  return textsOf(items);
}

function noteDynamic(
  dynamic: readonly string[],
  { dependencies }: Readonly<Record<string, unknown>>,
  found: RequirementsBuilder,
): void {
  if (!dynamic.includes('dependencies')) return;
  const { file } = tableOf(dependencies);
  const files = typeof file === 'string' ? [file] : textsOf(file);
  found.note(
    files.length > 0
      ? `its dependencies are in ${files.join(', ')}: pass that file instead.`
      : 'its dependencies are dynamic: the build backend computes them, so they cannot be read.',
  );
}

function readExtras(project: Readonly<Record<string, unknown>>, source: ListSource, found: RequirementsBuilder): void {
  const extras = tableOf(project['optional-dependencies']);
  const own = normaliseName(textOf(project.name) ?? '');
  const all = Object.keys(extras).map(name => [name, withoutOwn(extras, name, own), groupFor(name, source)] as const);
  const taken = new Set<string>();
  for (const [name, texts, group] of all) {
    if (group === undefined) continue;
    addAll(['project', 'optional-dependencies', name], texts, group, source, found);
    if (group === 'runtime') for (const text of texts) taken.add(text);
  }
  for (const [name, texts, group] of all) {
    // A selected extra may include this one.
    if (group === undefined) leaveOut(name, texts.filter(text => !taken.has(text)).map(nameIn), found);
  }
}

/** The requirements of an extra, with each `own-name[other]` replaced by the requirements of that extra. */
function withoutOwn(
  extras: Readonly<Record<string, unknown>>,
  name: string,
  own: string,
  within: readonly string[] = [],
): readonly string[] {
  if (within.includes(name)) return [];
  return textsOf(extras[name]).flatMap(text => {
    if (own === '' || nameIn(text) !== own) return [text];
    const named = (/\[([^[\]]*)\]/.exec(text)?.[1] ?? '').split(',').map(normalise);
    return Object.keys(extras)
      .filter(other => named.includes(normalise(other)))
      .flatMap(other => withoutOwn(extras, other, own, [...within, name]));
  });
}

const normalise = (name: string): string => normaliseName(name.trim());

function readGroups(source: ListSource, found: RequirementsBuilder): void {
  const groups = tableOf(source.value['dependency-groups']);
  for (const name of Object.keys(groups)) {
    const group = groupFor(name, source);
    const items = groupItems(groups, name);
    if (group) {
      for (const { text, path } of items) found.addText(text, source.place('dependency-groups', ...path), { group });
    } else {
      leaveOut(
        name,
        items.map(({ text }) => nameIn(text)),
        found,
      );
    }
  }
}

interface GroupItem {
  readonly text: string;
  readonly path: readonly (string | number)[];
}

/** The requirements of a dependency group, including the groups that it includes. */
function groupItems(
  groups: Readonly<Record<string, unknown>>,
  name: string,
  within: readonly string[] = [],
): readonly GroupItem[] {
  if (within.includes(name)) return [];
  return listOf(groups[name]).flatMap((item, at): readonly GroupItem[] => {
    if (typeof item === 'string') return [{ text: item, path: [name, at] }];
    const included = isTable(item) ? textOf(item['include-group']) : undefined;
    const other = Object.keys(groups).find(key => included !== undefined && normalise(key) === normalise(included));
    return other === undefined ? [] : groupItems(groups, other, [...within, name]);
  });
}

/** Notes the packages that uv would install from elsewhere than an index. */
function noteSources(sources: Readonly<Record<string, unknown>>, found: RequirementsBuilder): void {
  const names = Object.entries(sources)
    .filter(([, source]) => [source].flat().some(one => isTable(one) && !('index' in one)))
    .map(([name]) => name);
  if (names.length > 0) found.note(`installed from nixpkgs, not from [tool.uv.sources]: ${names.join(', ')}.`);
}
