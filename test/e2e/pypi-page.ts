import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { repository } from './host.ts';

/** Writes lines between two markers of docs/pypi.md. */
export function writeTable(name: string, lines: readonly string[]): void {
  const page = join(repository, 'docs/pypi.md');
  const marked = new RegExp(`(<!-- ${name} -->\n)[^]*?(<!-- /${name} -->)`);
  const text = readFileSync(page, 'utf8');
  if (!marked.test(text)) throw new Error(`docs/pypi.md: marker <!-- ${name} --> is missing`);
  writeFileSync(
    page,
    text.replace(marked, (_, open, close) => `${open}\n${lines.join('\n')}\n\n${close}`),
  );
  console.log(lines.join('\n'));
}
