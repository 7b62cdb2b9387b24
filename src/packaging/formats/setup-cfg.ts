import type { RequirementsBuilder } from '../parsed-requirements.ts';
import { nameIn } from '../requirement.ts';
import { groupFor, type ListSource, leaveOut, type Table, tableOf, textsOf } from './source.ts';

/** Reads setup.cfg of setuptools: install_requires, tests_require and extras_require. */
export function readSetupCfg(source: ListSource, found: RequirementsBuilder): void {
  const options = tableOf(source.value.options);
  addLines(['options', 'install_requires'], options.install_requires, 'runtime');
  addLines(['options', 'tests_require'], options.tests_require, 'dev');
  for (const [name, lines] of Object.entries(tableOf(source.value['options.extras_require']))) {
    const group = groupFor(name, source);
    if (group) addLines(['options.extras_require', name], lines, group);
    else leaveOut(name, textsOf(lines).filter(Boolean).map(nameIn), found);
  }

  function addLines(path: readonly string[], lines: unknown, group: 'runtime' | 'dev'): void {
    const [first = '', ...more] = textsOf(lines);
    // On one line, semicolons separate packages.
    const items = more.length === 0 ? first.split(';') : [first, ...more];
    for (const [at, line] of items.entries()) {
      const file = /^file:\s*(.*)/.exec(line)?.[1];
      if (file !== undefined) found.note(`its dependencies are in ${file}: pass that file instead.`);
      else if (line.trim() !== '') found.addText(line, source.place(...path, more.length === 0 ? 0 : at), { group });
    }
  }
}

/** Parses an INI file like Python's configparser: the lines of each value, by section and key. The first line may be empty. */
export function parseIni(text: string): { readonly value: Table; readonly lines: ReadonlyMap<string, number> } {
  const value: Record<string, Record<string, string[]>> = Object.create(null) as typeof value;
  const lines = new Map<string, number>();
  let [section, key] = ['', ''];
  for (const [at, line] of text.split(/\r\n|\r|\n/).entries()) {
    const content = line.trim();
    if (content === '' || /^[#;]/.test(content)) continue;
    const header = /^\[([^\]]+)\]/.exec(line)?.[1];
    const [, name, first = ''] = /^([^\s=:][^=:]*)[=:](.*)$/.exec(line) ?? [];
    if (header !== undefined) [section, key] = [header, ''];
    else if (/^\s/.test(line) && key !== '') addTo(content, at + 1);
    else if (name !== undefined) {
      key = name.trim().toLowerCase();
      addTo(first.trim(), at + 1);
    }
  }
  return { value, lines };

  function addTo(content: string, line: number): void {
    const items = ((value[section] ??= Object.create(null) as Record<string, string[]>)[key] ??= []);
    lines.set(JSON.stringify([section, key, items.length]), line);
    items.push(content);
  }
}
