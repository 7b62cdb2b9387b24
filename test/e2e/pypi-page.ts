import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { repository } from './host.ts';

/** Writes lines between two markers of a page, by default docs/pypi.md. */
export function writeTable(name: string, lines: readonly string[], path = 'docs/pypi.md'): void {
  const page = join(repository, path);
  const marked = new RegExp(`(<!-- ${name} -->\n)[^]*?(<!-- /${name} -->)`);
  const text = readFileSync(page, 'utf8');
  if (!marked.test(text)) throw new Error(`${path}: marker <!-- ${name} --> is missing`);
  writeFileSync(
    page,
    text.replace(marked, (_, open, close) => `${open}\n${lines.join('\n')}\n\n${close}`),
  );
  console.log(lines.join('\n'));
}
