// npm run catalog: updates the catalog from a tree of nixpkgs that real Nix evaluates. For maintainers.
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import compact from 'json-stringify-pretty-compact';
import { type PythonSet, setOfRelease } from '../../src/catalog/python-sets.ts';
import { badRequest, Failure } from '../../src/errors/failure.ts';
import { runProcess } from '../../src/process/run-process.ts';
import { type NixpkgsPackage, type NixpkgsTree, readPackages, readTree, type Source } from './evaluate-nixpkgs.ts';
import { formatSet } from './python-set.ts';
import { type Entry, entryOf, type Known, withUnusable } from './release-entry.ts';

const expression = fileURLToPath(new URL('../../../tools/catalog/release.nix', import.meta.url));

const usage = `npm run catalog -- RELEASE [--nixpkgs PATH|URL] [--packages] [--rev REV --narHash HASH --lastModified SECONDS]
npm run catalog -- --set NAME --nixpkgs PATH|URL --rev REV --lastModified SECONDS [--narHash HASH] [--source github:OWNER/REPO]

Evaluates nixpkgs with Nix (trees of 2026 need 2.18 or newer) and rewrites the Pythons and Bazels of RELEASE in releases.json.
Takes 2 seconds and 0.5 GB of memory; with packages 20 seconds and 1.1 GB for each Python.
  --nixpkgs       the tree to evaluate; default: the commit that RELEASE pins, from GitHub
  --packages      also write its Python packages: python-set-RELEASE.txt and python-sets.json
  --set           write only the Python packages, of a commit that no release pins: releases of about its time refer to it
  --skip          a package that is listed but not evaluated, as its error ends Nix; may be repeated
  --rev, --narHash, --lastModified
                  a new pin, or with --set the commit (its hash is checked if given), as \`nix flake metadata github:NixOS/nixpkgs/BRANCH --json\` prints it
  --codename, --released, --eol
                  a release that releases.json lacks; it needs a pin too. Dates are YYYY-MM-DD`;

const options = {
  help: { type: 'boolean' },
  nixpkgs: { type: 'string' },
  packages: { type: 'boolean' },
  set: { type: 'string' },
  source: { type: 'string' },
  skip: { type: 'string', multiple: true },
  rev: { type: 'string' },
  narHash: { type: 'string' },
  lastModified: { type: 'string' },
  codename: { type: 'string' },
  released: { type: 'string' },
  eol: { type: 'string' },
} as const;

type Values = ReturnType<typeof parse>['values'];

interface Catalog {
  readonly bazel: { readonly endOfLife: Readonly<Record<string, string>> };
  releases: Record<string, Partial<Entry>>;
}

type Index = Record<string, Omit<PythonSet, 'name'>>;

/**
 * Rewrites the data in a folder that holds releases.json. Running it twice changes nothing.
 * @param argv what follows `npm run catalog --`; paths in it are relative to `cwd`
 * @returns what was found, in one line, or how to use it if that was asked
 * @throws Failure: exit code 2 for invalid usage or a tree of another commit, 1 if Nix fails; nothing is written then.
 */
export async function regenerate(folder: string, argv: readonly string[], cwd: string): Promise<string> {
  const { name, values } = parse(argv);
  if (values.help) return usage;
  const catalog = await readJson<Catalog>(folder, 'releases.json');
  const found = name === undefined ? await readSet(values, cwd) : await readRelease(name, values, catalog, cwd);
  if (found.entry && name !== undefined) catalog.releases[name] = found.entry;
  catalog.releases = inOrder(catalog.releases);
  const index = await readJson<Index>(folder, 'python-sets.json');
  if (found.set) {
    const { name: of, ...entry } = found.set.entry;
    index[of] = entry;
    await writeFile(join(folder, `python-set-${of}.txt`), found.set.text);
    await writeJson(folder, 'python-sets.json', index);
  }
  const sets = Object.entries(index).map(([of, set]) => ({ name: of, ...set }));
  for (const [other, entry] of Object.entries(catalog.releases)) {
    const chosen = entry.pin && setOfRelease(entry as Entry, sets);
    if (chosen && entry.confidence !== 'exact')
      catalog.releases[other] = withUnusable(entry as Entry, chosen.set.unusable);
  }
  await writeJson(folder, 'releases.json', catalog);
  return found.summary;
}

/** What a run has found. */
interface Found {
  readonly entry?: Entry;
  readonly set?: EvaluatedSet;
  readonly summary: string;
}

async function readRelease(name: string, values: Values, catalog: Catalog, cwd: string): Promise<Found> {
  const before = Object.hasOwn(catalog.releases, name) ? catalog.releases[name] : parseNewRelease(name, values);
  if (!before) throw badRequest(`releases.json has no entry for ${name}.`, usage);
  const pin = parsePin(values) ?? before.pin;
  if (!pin) throw badRequest(`${name} has no pin yet.`, 'Give --rev, --narHash and --lastModified.');

  const source = sourceOf(pin, values, cwd);
  const tree = await readTree(expression, source);
  const release = tree.release?.trim();
  if (release !== undefined && before.eol !== undefined && release !== name) {
    throw badRequest(`The tree says it is nixpkgs ${release}, not ${name}.`, 'Check --nixpkgs or --rev.');
  }
  await refuseOtherCommit(pin, source, tree);
  const known: Known = { ...before, branch: before.branch ?? `nixos-${name}`, pin };
  const entry = entryOf(known, tree, Object.keys(catalog.bazel.endOfLife));
  const set = values.packages
    ? await evaluateSet({ name, source: 'github:NixOS/nixpkgs', ...pin }, source, tree, values)
    : undefined;
  const versions = (of: Entry['bazels']): string =>
    Object.values(of)
      .map(({ version }) => version)
      .join(', ');
  const summary = `${name}: Python ${versions(entry.pythons)}; Bazel ${versions(entry.bazels)}${set ? `; ${set.summary}` : ''}`;
  return { entry, ...(set ? { set } : {}), summary };
}

async function readSet(values: Values, cwd: string): Promise<Found> {
  const { set: name = '', nixpkgs, source: from = 'github:NixOS/nixpkgs' } = values;
  if (!/^[a-z0-9][a-z0-9.-]*$/.test(name)) throw badRequest('--set needs a name such as 2026-07.', usage);
  const { rev = '', lastModified = '', narHash } = values;
  if (nixpkgs === undefined || !isRev(rev) || !isTime(lastModified) || (narHash !== undefined && !isNarHash(narHash))) {
    throw badRequest('--set needs --nixpkgs, --rev and --lastModified.', usage);
  }
  const pin = { rev, lastModified: Number(lastModified), ...(narHash === undefined ? {} : { narHash }) };
  const source = sourceOf(pin, values, cwd);
  const tree = await readTree(expression, source);
  await refuseOtherCommit(pin, source, tree);
  const set = await evaluateSet({ name, source: from, ...pin }, source, tree, values);
  return { set, summary: `${name}: ${set.summary}` };
}

/** A set that is ready to be written. */
interface EvaluatedSet {
  readonly entry: PythonSet;
  readonly text: string;
  readonly summary: string;
}

/** Evaluates the packages on every Python that is released and has the packages of every project, one after the other. */
async function evaluateSet(
  { name, source: from, rev, lastModified }: Pick<PythonSet, 'name' | 'source' | 'rev' | 'lastModified'>,
  source: Source,
  { pythons, defaultPython }: NixpkgsTree,
  { skip = [] }: Values,
): Promise<EvaluatedSet> {
  const minor = (attribute: string): string => attribute.replace('python3', '3.');
  const released = pythons.filter(({ version }) => !/[a-z]/.test(version));
  const byPython = new Map<string, ReadonlyMap<string, NixpkgsPackage>>();
  for (const { attribute } of released.filter(({ fails }) => fails.length === 0)) {
    byPython.set(minor(attribute), await readPackages(expression, source, attribute, skip));
  }
  const unusable = released
    .filter(({ fails }) => fails.length > 0)
    .map(({ attribute, fails }) => [minor(attribute), fails]);
  const evaluated = [...byPython.keys()].sort((a, b) => Number(a.slice(2)) - Number(b.slice(2)));
  const text = formatSet(byPython, defaultPython);
  const count = text.split('\n').filter(line => line !== '' && !line.startsWith('#')).length;
  return {
    entry: {
      name,
      source: from,
      rev,
      lastModified,
      defaultPython,
      pythons: evaluated,
      unusable: Object.fromEntries(unusable),
    },
    text,
    summary: `${count} packages on Python ${evaluated.join(', ')}`,
  };
}

function parse(argv: readonly string[]) {
  try {
    const { values, positionals } = parseArgs({ args: [...argv], options, allowPositionals: true });
    const [name, ...more] = positionals;
    if (values.help) return { name, values };
    if ((name !== undefined) !== (values.set !== undefined) && more.length === 0) return { name, values };
  } catch (cause) {
    throw badRequest((cause as Error).message, usage, cause);
  }
  throw badRequest('Give one release, or --set.', usage);
}

function parsePin({ rev, narHash, lastModified }: Values): Entry['pin'] | undefined {
  if (rev === undefined && narHash === undefined && lastModified === undefined) return undefined;
  if (!rev || !narHash || !isRev(rev) || !isNarHash(narHash) || !isTime(lastModified ?? '')) {
    throw badRequest('A pin needs --rev, --narHash and --lastModified.', usage);
  }
  return { rev, lastModified: Number(lastModified), narHash };
}

/** What no tree can tell of a new release; undefined if nothing was given. */
function parseNewRelease(name: string, { codename, released, eol }: Values): Partial<Entry> | undefined {
  if (codename === undefined && released === undefined && eol === undefined) return undefined;
  const date = /^\d{4}-\d\d-\d\d$/;
  if (!/^\d\d\.\d\d$/.test(name) || !codename || !date.test(released ?? '') || !date.test(eol ?? '')) {
    throw badRequest('A new release needs a name such as 26.11, --codename, --released and --eol.', usage);
  }
  return { codename, released: released as string, eol: eol as string };
}

/** Releases by their names, then the rolling channels as they were. */
function inOrder<Value>(releases: Record<string, Value>): Record<string, Value> {
  const isRelease = ([name]: readonly [string, Value]): boolean => /^\d/.test(name);
  const all = Object.entries(releases);
  const sorted = all.filter(isRelease).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries([...sorted, ...all.filter(one => !isRelease(one))]);
}

const isRev = (text: string): boolean => /^[0-9a-f]{40}$/.test(text);
const isNarHash = (text: string): boolean => /^sha256-[A-Za-z0-9+/]{43}=$/.test(text);
const isTime = (text: string): boolean => /^\d{10}$/.test(text);
const isUrl = (text: string): boolean => /^[a-z]+:\/\//.test(text);

/** A commit; without its hash, where none is known. */
type Commit = Pick<Entry['pin'], 'rev'> & Partial<Entry['pin']>;

function sourceOf({ rev, narHash }: Commit, { nixpkgs }: Values, cwd: string): Source {
  if (nixpkgs !== undefined && !isUrl(nixpkgs)) return { nixpkgs: resolve(cwd, nixpkgs) };
  const archive = `https://github.com/NixOS/nixpkgs/archive/${rev}.tar.gz`;
  return { nixpkgs: nixpkgs ?? archive, ...(narHash === undefined ? {} : { narHash }) };
}

/** A download with a hash is checked by it; a folder has to be the pinned commit by what it says, or else by its hash, if there is one. */
async function refuseOtherCommit(pin: Commit, source: Source, { revision }: NixpkgsTree): Promise<void> {
  if (source.narHash !== undefined) return;
  const said = revision?.trim();
  if (said === pin.rev) return;
  if (said !== undefined) throw otherCommit(source, said, pin.rev);
  if (pin.narHash === undefined) return;
  const args = ['--type', 'sha256', source.nixpkgs];
  const { stdout } = await runProcess('nix-hash', args, { environment: process.env });
  if (`sha256-${Buffer.from(stdout.trim(), 'hex').toString('base64')}` === pin.narHash) return;
  const git = existsSync(join(source.nixpkgs, '.git')) ? ' A git checkout has its .git in it: use `git archive`.' : '';
  throw badRequest(
    `${source.nixpkgs} has no .git-revision, and its hash is not that of ${pin.rev}.`,
    `Give the tree of that commit, or its new pin with --rev, --narHash and --lastModified.${git}`,
  );
}

const otherCommit = ({ nixpkgs }: Source, said: string, wanted: string): Failure =>
  badRequest(`${nixpkgs} is commit ${said}, not ${wanted}.`, 'Give the tree of that commit, or --rev of this one.');

const readJson = async <T>(folder: string, file: string): Promise<T> =>
  JSON.parse(await readFile(join(folder, file), 'utf8')) as T;

const writeJson = (folder: string, file: string, value: unknown): Promise<void> =>
  writeFile(join(folder, file), `${compact(value, { maxLength: 100 })}\n`);

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const folder = fileURLToPath(new URL('../../../src/catalog', import.meta.url));
  try {
    console.log(await regenerate(folder, process.argv.slice(2), process.env.INIT_CWD ?? process.cwd()));
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    console.error(`${error.message}\n${error.hint}`);
    process.exitCode = error.exitCode;
  }
}
