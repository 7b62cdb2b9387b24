// The tables of docs/support.md and README.md: what the catalog offers is rendered by unit tests; docs/support.json says what else was tried.
import { readFileSync } from 'node:fs';
import { releases } from '../dist/src/catalog/releases.js';
import { offered } from '../dist/test/render/offered.js';

const docs = new URL('../docs/', import.meta.url);
const { tried, not } = JSON.parse(readFileSync(new URL('support.json', docs), 'utf8'));

const major = version => version.split('.')[0];
const minor = version => Number(version.split('.')[1]);
const majors = [...new Set(offered().map(({ bazel }) => bazel))].sort((a, b) => a - b);

/** `3.9 to 3.12`, or `3.9, 3.12` where some between are missing. */
function range(pythons) {
  const sorted = [...new Set(pythons)].sort((a, b) => minor(a) - minor(b));
  const [first, last] = [sorted[0], sorted.at(-1)];
  const isWhole = minor(last) - minor(first) === sorted.length - 1;
  return isWhole && sorted.length > 2 ? `${first} to ${last}` : sorted.join(', ');
}

/** Each trial names a page that is there and that names its versions of Bazel. */
for (const { see, bazel } of tried) {
  const page = readFileSync(new URL(see.split('#')[0], docs), 'utf8');
  const heading = see.split('#')[1];
  const headings = Array.from(page.matchAll(/^#+ (.+)$/gm), ([, text]) =>
    text
      .toLowerCase()
      .replace(/[^\w -]/g, '')
      .replaceAll(' ', '-'),
  );
  if (!headings.includes(heading)) throw new Error(`docs/support.json: ${see} is no heading`);
  for (const version of bazel) {
    if (!page.includes(version)) throw new Error(`docs/support.json: ${see} does not name Bazel ${version}`);
  }
}

/** Trials of one kind and one nixpkgs, as one. */
const groups = Object.values(
  tried.reduce((all, { how, nixpkgs, bazel, python }) => {
    const key = `${how} ${nixpkgs}`;
    const group = (all[key] ??= { how, nixpkgs, bazel: [], python: [] });
    for (const [list, more] of [
      [group.bazel, bazel],
      [group.python, python],
    ])
      list.push(...more.filter(version => !list.includes(version)));
    return all;
  }, {}),
);

const stable = releases().filter(({ eol }) => eol !== undefined);

/** One line for each kind of trial. */
export const short = [
  '| | nixpkgs | Python | Bazel |',
  '|---|---|---|---|',
  ...groups.map(
    ({ how, nixpkgs, python, bazel }) => `| ${how} | ${nixpkgs} | ${range(python)} | ${bazel.join(', ')} |`,
  ),
  `| rendered | ${stable[0].name} to ${stable.at(-1).name}, unstable | ${range(offered().map(({ python }) => python))}, those of each | ${majors[0]} to ${majors.at(-1)}, those of each |`,
];

/** nixpkgs by Bazel, with the Pythons in the cells. */
export const matrix = [
  `| nixpkgs | | ${majors.map(bazel => `Bazel ${bazel}`).join(' | ')} |`,
  `|---|---|${'---|'.repeat(majors.length)}`,
  ...groups.map(({ how, nixpkgs, python, bazel }) => {
    const cells = majors.map(each => {
      const versions = bazel.filter(version => major(version) === each);
      return versions.length > 0 ? range(python) : '';
    });
    return `| ${nixpkgs} | ${how} | ${cells.join(' | ')} |`;
  }),
  ...releases().map(release => {
    const cells = majors.map(each => {
      const pythons = offered().filter(({ bazel, release: { name } }) => name === release.name && bazel === each);
      return pythons.length > 0 ? range(pythons.map(({ python }) => python)) : '';
    });
    return `| ${release.name} | rendered | ${cells.join(' | ')} |`;
  }),
];

export const trials = [
  '| | Bazel | Python | nixpkgs | what |',
  '|---|---|---|---|---|',
  ...tried.map(
    ({ how, bazel, python, nixpkgs, what, see }) =>
      `| ${how} | ${bazel.join(', ')} | ${range(python)} | ${nixpkgs} | ${what} ([more](${see})) |`,
  ),
];

export const untried = not.map(text => `- ${text}`);
