// Takes real lists of pip packages from PyPI, for which small wheels with their names and versions stand, on this machine (Debian 12):
// reads each, locks it with the real pip, builds its environment with Nix, and imports all of it. Writes the table of docs/pypi.md.
// Usage: npm run lists:pypi -- FOLDER (of requirements files)
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseLock } from '../../src/lock/lock-file.ts';
import { splitMarker } from '../../src/packaging/package-source.ts';
import { parseRequirement } from '../../src/packaging/requirement.ts';
import { satisfies } from '../../src/packaging/version.ts';
import { parsePyproject } from '../../src/pyproject/pyproject.ts';
import { requirementsToLock } from '../../src/pyproject/lock-inputs.ts';
import { installCommand } from './command.ts';
import { hosts, leave, must, provision, repository, run, tidy, work } from './host.ts';
import { startNginx } from './nginx.ts';
import { addStandIns, type StandIn } from './package-index.ts';
import { newAnswers } from './project.ts';
import { writeTable } from './pypi-page.ts';
import { stop } from './service.ts';

const host = hosts[0] as (typeof hosts)[number];

/** A wheel that satisfies a requirement, and one for each of its extras. */
function standInsFor(text: string): StandIn[] {
  const { name, extras, specifier } = parseRequirement(splitMarker(text).stated);
  const named = [...specifier.matchAll(/[0-9][\w.+!]*/g)].map(([version]) => version);
  const candidates = [...named, ...named.map(version => `${version}.1`), '1.0', '0.0.1', '9999'];
  const version = candidates.find(candidate => satisfies(candidate, specifier) === true);
  if (version === undefined) throw new Error(`no version for ${text}`);
  return [
    { name, version, extras: [...extras], requires: extras.map(extra => `${name}-${extra} ; extra == "${extra}"`) },
    ...extras.map(extra => ({ name: `${name}-${extra}`, version: '1.0' })),
  ];
}

interface Row {
  list: string;
  requirements: number;
  /** Lines that were left out, with the reason. */
  left: string[];
  locked: number;
  /** Why there is no environment. */
  refused: string;
}

const firstLines = (text: string): string => text.trim().split('\n').slice(0, 3).join(' ').replace(/\s+/g, ' ');

async function measure(file: string, list: string, url: string, command: string): Promise<Row> {
  const folder = `${work}/${list}`;
  mkdirSync(folder);
  const refused = (reason: string): Row => ({
    list,
    requirements: 0,
    left: [],
    locked: 0,
    refused: firstLines(reason),
  });
  const flags = [
    '--yes',
    '--json',
    '--name',
    'svc',
    '--packages-from',
    'pypi',
    '--requirements',
    file,
    ...newAnswers(host),
  ];
  // Without Nix on PATH, new does not lock yet.
  const { stdout } = spawnSync(process.execPath, [join(repository, 'lib/main.cjs'), 'new', folder, ...flags], {
    encoding: 'utf8',
    env: { PATH: '/nonexistent', HOME: `${work}/home` },
  });
  const document = JSON.parse(stdout) as { error?: { message: string }; warnings?: string[] };
  if (document.error) return refused(document.error.message);
  const left = (document.warnings ?? []).filter(warning => warning.includes(': left out '));

  const pyproject = parsePyproject(readFileSync(`${folder}/pyproject.toml`, 'utf8'), 'pyproject.toml');
  const { requirements } = requirementsToLock(pyproject);
  addStandIns(`${work}/index/${list}`, requirements.development.flatMap(standInsFor));
  const { code, output } = await run(host, folder, `PIP_INDEX_URL=${url}/${list}/simple/ ${command} lock`);
  if (code !== 0) return refused(output.slice(output.indexOf('error:')));
  const { packages } = await parseLock(readFileSync(`${folder}/pylock.dev.toml`, 'utf8'), 'pylock.dev.toml');
  const python = await must(host, folder, 'nix-build nix/python.nix -A development --no-out-link 2>>build.log');
  const modules = packages.map(({ name }) => name.replaceAll('-', '_'));
  writeFileSync(
    `${folder}/imports.py`,
    `import importlib\nfor name in ${JSON.stringify(modules)}: importlib.import_module(name)\n`,
  );
  await must(host, folder, `${python}/bin/python3 imports.py`);
  return { list, requirements: pyproject.dependencies.length, left, locked: packages.length, refused: '' };
}

const [given = ''] = process.argv.slice(2);
const lists = resolve(process.env.INIT_CWD ?? '.', given);
provision();
mkdirSync(`${work}/index`);
const { url, server } = await startNginx(`${work}/nginx`, [`root ${work}/index;`]);
const rows: Row[] = [];
try {
  const command = installCommand(host);
  for (const name of readdirSync(lists).filter(file => file.endsWith('.txt'))) {
    rows.push(await measure(join(lists, name), name.replace(/\.txt$/, ''), url, command));
    console.log(JSON.stringify(rows.at(-1)));
  }
} finally {
  await stop(server);
  leave();
  tidy();
}
const works = rows.filter(({ refused }) => refused === '');
writeTable('lists', [
  `${rows.length} lists: ${works.length} give an environment in which every package can be imported, ${rows.length - works.length} are refused.`,
  '',
  '| list | requirements | left out | wheels locked and imported |',
  '|---|--:|--:|--:|',
  ...rows.map(({ list, requirements, left, locked, refused }) =>
    refused
      ? `| ${list} | refused: ${refused.replaceAll('|', '\\|')} | | |`
      : `| ${list} | ${requirements} | ${left.length} | ${locked} |`,
  ),
  '',
  'What is left out, by list:',
  '',
  ...rows.flatMap(({ list, left }) =>
    left.map(warning => `- ${list}: ${warning.slice(warning.indexOf(': left out ') + 11)}`),
  ),
]);
