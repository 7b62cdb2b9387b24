// The tables of docs/reference.md, from those of the code and from output.schema.json.
import { readFileSync } from 'node:fs';
import { commands } from '../dist/src/cli/commands.js';
import { flagHelp } from '../dist/src/cli/help.js';
import { variableOf } from '../dist/src/load/answer-sources.js';
import { answersSchema } from '../dist/src/model/answers-schema.js';
import { questions } from '../dist/src/model/questions.js';

const outputSchema = JSON.parse(readFileSync(new URL('../output.schema.json', import.meta.url), 'utf8'));
const cell = text => text.replaceAll('|', '\\|');
const flagRow = ({ usage, help }) => `| \`${cell(usage)}\` | ${cell(help)} |`;
const isOfNew = ({ flag }) => flagHelp().some(other => other.flag === flag);

export const commandList = [
  ...['| command | |', '|---|---|'],
  ...Object.values(commands).map(({ arguments: usage, summary }) => `| \`${cell(usage)}\` | ${cell(summary)} |`),
];

/** The options of `new`, then those of other commands only, with the command's name. */
export const flags = [
  ...['| option | |', '|---|---|'],
  ...flagHelp().map(flagRow),
  ...Object.entries(commands).flatMap(([name, command]) =>
    flagHelp(command)
      .filter(option => !isOfNew(option))
      .map(({ usage, help }) => flagRow({ usage: `${name} ${usage}`, help })),
  ),
];

const storedIn = storage => (storage === 'pyproject.toml' ? '`pyproject.toml`' : '`.yo-rc.json`');

function answerRow(name, { type, items }) {
  const { flag, storage } = questions[name];
  const place = storage === 'never' ? '' : storedIn(storage);
  return `| \`${name}\` | ${items ? `list of ${items.type}s` : type} | \`--${flag}\` | \`${variableOf(name)}\` | ${place} |`;
}

/** The keys of an answers file. */
export const answers = [
  ...['| answer | type | option | variable | stored in |', '|---|---|---|---|---|'],
  ...Object.entries(answersSchema().properties)
    .filter(([name]) => name !== '$schema')
    .map(([name, schema]) => answerRow(name, schema)),
];

/** The members of a command's document, those that may be missing in brackets. */
function documentRow(name) {
  const { $ref, ...own } = outputSchema.$defs[name];
  const { properties, required } = $ref ? outputSchema.$defs[$ref.split('/').at(-1)] : own;
  const members = Object.keys(properties).map(key => (required.includes(key) ? `\`${key}\`` : `[\`${key}\`]`));
  return `| \`${name}\` | ${members.join(', ')} |`;
}

export const documents = [
  ...['| command | members of its document; in brackets: not always there |', '|---|---|'],
  ...Object.keys(commands).map(documentRow),
];
