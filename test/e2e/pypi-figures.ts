// Measures what a lock of 100 wheels costs on a host with Nix 2.34, and what the same 100 packages cost from nixpkgs, as far as Nix evaluates
// them; writes the table of docs/pypi.md. The wheels have no content: how long pip unpacks real ones is not measured.
// Usage: npm run figures:pypi -- FOLDER (a tree of nixpkgs, in the chroot; the one that the catalog's newest set was made from)
import { mkdirSync } from 'node:fs';
import { wellKnownNames } from '../../src/catalog/packages.ts';
import { findEntry, pythonSets } from '../../src/catalog/python-sets.ts';
import { installCommand } from './command.ts';
import { hosts, leave, must, provision, tidy, work } from './host.ts';
import { startNginx } from './nginx.ts';
import { addStandIns } from './package-index.ts';
import { newAnswers, Project } from './project.ts';
import { writeTable } from './pypi-page.ts';
import { stop } from './service.ts';

const host = hosts.at(-1) as (typeof hosts)[number];
const [tree = ''] = process.argv.slice(2);
const count = 100;

const set = pythonSets().at(-1);
const names = wellKnownNames()
  .filter(name => {
    const entry = set && findEntry(set, name);
    return entry !== undefined && entry.faultOn('3.13') === undefined;
  })
  .slice(0, count);

// Python, since the shell of a host has no other program that reports memory.
const meter = `import json, resource, subprocess, sys, time
start = time.monotonic()
code = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=sys.stderr).returncode
usage = resource.getrusage(resource.RUSAGE_CHILDREN)
print(json.dumps({"seconds": time.monotonic() - start, "megabytes": usage.ru_maxrss / 1024}))
sys.exit(code)
`;

interface Cost {
  seconds: number;
  megabytes: number;
}

/** The median of three runs, by seconds. */
async function cost(project: Project, line: string, again = ''): Promise<Cost> {
  const costs: Cost[] = [];
  for (let attempt = 0; attempt < 3; attempt++) {
    costs.push(JSON.parse(await must(host, project.folder, `${again} /usr/bin/python3 meter.py ${line}`)) as Cost);
  }
  return costs.toSorted((a, b) => a.seconds - b.seconds)[1] as Cost;
}

const row = (what: string, { seconds, megabytes }: Cost): string =>
  `| ${what} | ${seconds.toFixed(1)} | ${Math.round(megabytes)} |`;

provision();
mkdirSync(`${work}/index`);
const { url, server } = await startNginx(`${work}/nginx`, [`root ${work}/index;`]);
try {
  const command = installCommand(host);
  addStandIns(
    `${work}/index`,
    [...names, 'flask', 'gunicorn', 'pytest'].map(name => ({ name, version: '1.0' })),
  );
  const rows: string[] = [];
  const pypi = new Project(host, 'pypi', null);
  const flags = ['--yes', '--name', 'svc', '--packages', names.join(','), '--packages-from'];
  const inProject = (project: Project, line: string): Promise<string> =>
    must(host, project.folder, `PIP_INDEX_URL=${url}/simple/ ${line}`);
  await inProject(pypi, `${command} new . ${flags.join(' ')} pypi ${newAnswers(host).join(' ')}`);
  pypi.write('meter.py', meter);
  await inProject(pypi, `${command} lock`);
  const index = `rm -f pylock*.toml; PIP_INDEX_URL=${url}/simple/`;
  rows.push(row(`\`lock\`, both files, with pip`, await cost(pypi, `${command} lock`, index)));
  const bytes = Number(await inProject(pypi, 'cat pylock.toml pylock.dev.toml | wc -c'));
  const build = 'nix-build nix/python.nix -A development --no-out-link';
  await inProject(pypi, build);
  // Installed anew three times, with the wheels in the store.
  const wheels = await inProject(
    pypi,
    'nix-store --query --requisites $(nix-instantiate nix/python.nix -A development 2>/dev/null) | grep -- -wheels.drv',
  );
  const { seconds } = await cost(pypi, `nix-store --realise --check ${wheels.split('\n').join(' ')}`);
  rows.push(`| install of the wheels, downloads left out | ${seconds.toFixed(1)} | – |`);

  if (tree !== '') {
    const answers = ['--nixpkgs', 'nixos-unstable', '--python', '3.13', '--bazel', '8'];
    const nixpkgs = new Project(host, 'nixpkgs', null);
    nixpkgs.command('new', '.', '--force', ...flags, 'nixpkgs', ...answers);
    nixpkgs.write('meter.py', meter);
    for (const file of ['pyproject.toml', 'pylock.toml', 'pylock.dev.toml']) {
      pypi.write(file, pypi.read(file).replaceAll('3.11.*', '3.13.*'));
    }
    const evaluate = `nix-instantiate nix/python.nix --arg pkgs 'import ${tree} { }' -A development --option eval-cache false`;
    rows.push(row('evaluation, from PyPI', await cost(pypi, evaluate)));
    rows.push(row('evaluation, from nixpkgs', await cost(nixpkgs, evaluate)));
  }
  writeTable('figures', [
    `${names.length} packages, and flask, gunicorn and pytest; the lock files have ${Math.round(bytes / 1000)} kB together.`,
    '',
    '| step | seconds | megabytes of memory |',
    '|---|--:|--:|',
    ...rows,
  ]);
} finally {
  await stop(server);
  leave();
  tidy();
}
