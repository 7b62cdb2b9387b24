// Adds a release that does not exist yet to a clone, by data alone, and runs the unit tests there: none may need an edit.
// With `npm run rehearse`; the last line is mocha's count.
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import compact from 'json-stringify-pretty-compact';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'rehearsal-'));
const catalog = join(folder, 'src/catalog/releases.json');
try {
  execFileSync('git', ['clone', '--quiet', root, folder]);
  cpSync(join(root, 'node_modules'), join(folder, 'node_modules'), { recursive: true, verbatimSymlinks: true });
  const json = JSON.parse(readFileSync(catalog, 'utf8'));
  const { name, entry } = next(json.releases);
  json.releases = inOrder(json.releases, name, entry);
  // As `npm run catalog` writes it.
  writeFileSync(catalog, `${compact(json, { maxLength: 100 })}\n`);
  // What is derived from the catalog follows by a command.
  for (const derived of ['docs', 'picture']) execFileSync('npm', ['run', derived], { cwd: folder, stdio: 'ignore' });
  process.stdout.write(`The tests with nixpkgs ${name}, by default on Python ${entry.defaultPython}:\n`);
  process.exitCode = spawnSync('npm', ['test'], { cwd: folder, stdio: 'inherit' }).status ?? 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** The release after the newest: another default Python, its oldest Python and Bazel gone. */
function next(releases) {
  const [newest, last] = Object.entries(releases).findLast(([, { eol }]) => eol !== undefined);
  const [year, month] = newest.split('.').map(Number);
  const [from, until] =
    month === 5 ? [`20${year}-11-30`, `20${year + 1}-06-30`] : [`20${year + 1}-05-31`, `20${year + 1}-12-31`];
  const pythons = Object.entries(last.pythons).filter(([, { prerelease, unusable }]) => !prerelease && !unusable);
  const name = from.slice(2, 7).replace('-', '.');
  return {
    name,
    entry: {
      ...last,
      ...{ codename: 'Rehearsal', released: from, eol: until, branch: `nixos-${name}` },
      pin: {
        rev: 'a'.repeat(40),
        lastModified: Date.parse(from) / 1000 + 86_400,
        narHash: `sha256-${'A'.repeat(43)}=`,
      },
      defaultPython: pythons.at(-1)[0],
      pythons: Object.fromEntries(pythons.slice(1)),
      bazels: Object.fromEntries(Object.entries(last.bazels).slice(1)),
    },
  };
}

/** With that release before the rolling channels. */
function inOrder(releases, name, entry) {
  const all = Object.entries(releases);
  const stable = all.filter(([, { eol }]) => eol !== undefined);
  return Object.fromEntries([...stable, [name, entry], ...all.slice(stable.length)]);
}
