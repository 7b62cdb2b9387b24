// Writes what is derived from the table of questions: answers.schema.json and the table of flags in README.md.
// With --check it writes nothing and fails if they are not as they should be.
import { readFileSync, writeFileSync } from 'node:fs';
import { commands } from '../dist/src/cli/commands.js';
import { flagHelp } from '../dist/src/cli/help.js';
import { answersSchema } from '../dist/src/model/answers-schema.js';

const root = new URL('..', import.meta.url);
const cell = text => text.replaceAll('|', '\\|');
const row = ({ usage, help }) => `| \`${cell(usage)}\` | ${cell(help)} |`;
// Those of `new`, then those that only other commands know, under their names.
const rows = [
  ...flagHelp().map(row),
  ...Object.entries(commands).flatMap(([name, command]) =>
    flagHelp(command)
      .filter(({ flag }) => flagHelp().every(other => other.flag !== flag))
      .map(({ usage, help }) => row({ usage: `${name} ${usage}`, help })),
  ),
];
const table = ['| flag | |', '|---|---|', ...rows].join('\n');

const readme = readFileSync(new URL('README.md', root), 'utf8');
const marked = /(<!-- flags -->\n)[\s\S]*?(<!-- \/flags -->)/;
if (!marked.test(readme)) throw new Error('README.md has no place marked <!-- flags -->');

const files = {
  'README.md': readme.replace(marked, (_, open, close) => `${open}${table}\n${close}`),
  'answers.schema.json': `${JSON.stringify(answersSchema(), undefined, 2)}\n`,
};
for (const [path, text] of Object.entries(files)) {
  if (process.argv.includes('--check')) {
    if (readFileSync(new URL(path, root), 'utf8') !== text) throw new Error(`${path} is out of date: npm run docs`);
  } else {
    writeFileSync(new URL(path, root), text);
  }
}
