import assert from 'node:assert/strict';
import { parseList } from '../../../src/load/parse-list.ts';
import { formatOf } from '../../../src/packaging/formats/formats.ts';
import { RequirementsBuilder } from '../../../src/packaging/parsed-requirements.ts';
import { formatRequirement } from '../../../src/packaging/requirement.ts';

/** What a file of another format than pip's lists: each package with its place, by group. */
export async function reading(
  file: string,
  text: string,
  { selected = [] as readonly string[], python = '3.13' } = {},
) {
  const format = formatOf(file, text);
  assert.ok(format && 'read' in format, `${file} has no format that is read`);
  const { value, lineOf } = await parseList(text, file, format);
  const found = new RequirementsBuilder(file, { pythonVersion: python });
  const groups = new Set<string>();
  const place = (...path: readonly (string | number)[]): string => `${lineOf(path) ?? '-'}`;
  format.read({ file, value, place, selected: new Set(selected), groups }, found);
  const { requirements, skipped, notes } = found.result();
  const of = (group: 'runtime' | 'dev'): string[] =>
    requirements.filter(item => item.group === group).map(({ requirement }) => formatRequirement(requirement));
  return {
    runtime: of('runtime'),
    dev: of('dev'),
    lines: requirements.map(item => item.place).join(' '),
    skipped: skipped.map(({ line, place: where, reason }) => `${where} ${line}: ${reason}`),
    notes: notes.map(note => note.replace(`${file}: `, '')),
    groups: [...groups],
  };
}
