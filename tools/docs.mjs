// Generates answers.schema.json, and what is between markers in README.md and docs/, from tables in the code.
// With --check, writes nothing and fails if they are out of date.
import { readFileSync, writeFileSync } from 'node:fs';
import { answersSchema } from '../dist/src/model/answers-schema.js';
import { machineChecks, projectChecks } from '../dist/src/doctor/checks.js';
import { providers } from '../dist/src/model/ci-providers.js';
import { answers, commandList, documents, flags } from './reference.mjs';
import { matrix, short, trials, untried } from './support.mjs';

const root = new URL('..', import.meta.url);
const providerRow = ([name, { label, path }]) => `| \`${name}\` | ${label} | \`${path}\` |`;

/** What checks look at, in a row of a table. */
const subjects = (of, checks) =>
  `| ${of} | ${checks.map(({ subject }) => subject.replace(/^[A-Z](?=[a-z]+ )/, letter => letter.toLowerCase())).join(', ')} |`;

/** The lines between two markers of a page, by page and marker. */
const tables = {
  'README.md': { support: short },
  'docs/reference.md': { commands: commandList, flags, answers, documents },
  'docs/pipelines.md': {
    providers: ['| provider | | file |', '|---|---|---|', ...Object.entries(providers).map(providerRow)],
  },
  'docs/troubleshooting.md': {
    checks: [
      ...['| of | `doctor` checks |', '|---|---|'],
      subjects('the machine', machineChecks),
      subjects('a project', projectChecks),
    ],
  },
  'docs/support.md': { matrix, trials, untried },
};

/** A page with its derived tables. */
function page(path) {
  return Object.entries(tables[path]).reduce(
    (text, [name, lines]) => {
      const marked = new RegExp(`(<!-- ${name} -->\n)[^]*?(<!-- /${name} -->)`);
      if (!marked.test(text)) throw new Error(`${path}: marker <!-- ${name} --> is missing`);
      return text.replace(marked, (_, open, close) => `${open}${lines.join('\n')}\n${close}`);
    },
    readFileSync(new URL(path, root), 'utf8'),
  );
}

const files = {
  ...Object.fromEntries(Object.keys(tables).map(path => [path, page(path)])),
  'answers.schema.json': `${JSON.stringify(answersSchema(), undefined, 2)}\n`,
};
for (const [path, text] of Object.entries(files)) {
  if (process.argv.includes('--check')) {
    if (readFileSync(new URL(path, root), 'utf8') !== text)
      throw new Error(`${path} is out of date; fix: npm run docs`);
  } else {
    writeFileSync(new URL(path, root), text);
  }
}
