// npm run catalog: brings a release's entry up to date from the tree of nixpkgs that it pins. For maintainers.
import { readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import compact from 'json-stringify-pretty-compact';
import { badRequest, Failure } from '../../src/errors/failure.ts';
import { type Attributes, attributeAt, findPackage, withAttribute } from './attributes.ts';
import { type Entry, entryOf, type Known } from './release-entry.ts';
import { readTree, type NixpkgsTree } from './evaluate-nixpkgs.ts';
import type { Versions } from '../../src/catalog/versions.ts';

const expression = fileURLToPath(new URL('../../../tools/catalog/release.nix', import.meta.url));

const usage = `npm run catalog -- RELEASE [--nixpkgs PATH|URL] [--packages] [--rev REV --narHash HASH --lastModified SECONDS]

Evaluates nixpkgs and rewrites the Pythons and Bazels of RELEASE in releases.json.
  --nixpkgs       the tree to evaluate; default: the commit that RELEASE pins, from GitHub
  --packages      also note the attributes (packages.json) and versions (versions.json) of the well-known packages
  --rev, --narHash, --lastModified
                  a new pin, as \`nix flake metadata github:NixOS/nixpkgs/BRANCH --json\` tells it
  --codename, --released, --eol
                  a release that releases.json lacks; it needs a pin too. Dates are YYYY-MM-DD`;

const options = {
  nixpkgs: { type: 'string' },
  packages: { type: 'boolean' },
  rev: { type: 'string' },
  narHash: { type: 'string' },
  lastModified: { type: 'string' },
  codename: { type: 'string' },
  released: { type: 'string' },
  eol: { type: 'string' },
} as const;

interface Catalog {
  readonly bazel: { readonly endOfLife: Readonly<Record<string, string>> };
  readonly releases: Readonly<Record<string, Partial<Entry>>>;
}

/**
 * Rewrites the data in a folder that holds releases.json. Running it twice changes nothing.
 * @param argv what follows `npm run catalog --`; paths in it are relative to `cwd`
 * @returns what was found, in one line
 * @throws Failure: exit code 2 if the request makes no sense, 1 if the tree could not be evaluated; nothing is written then.
 */
export async function regenerate(folder: string, argv: readonly string[], cwd: string): Promise<string> {
  const { name, values } = parse(argv);
  const catalog = await readJson<Catalog>(folder, 'releases.json');
  const before = Object.hasOwn(catalog.releases, name) ? catalog.releases[name] : parseNewRelease(name, values);
  if (!before) throw badRequest(`releases.json has no entry for ${name}.`, usage);
  const pin = parsePin(values) ?? before.pin;
  if (!pin) throw badRequest(`${name} has no pin yet.`, 'Give --rev, --narHash and --lastModified.');

  const tree = await treeOf(pin, values, cwd);
  if (tree.release !== null && before.eol !== undefined && tree.release.trim() !== name) {
    throw badRequest(`The tree says it is nixpkgs ${tree.release.trim()}, not ${name}.`, 'Check --nixpkgs or --rev.');
  }
  const known: Known = { ...before, branch: before.branch ?? `nixos-${name}`, pin };
  const entry = entryOf(known, tree, Object.keys(catalog.bazel.endOfLife));
  const releases = inOrder({ ...catalog.releases, [name]: entry });

  if (values.packages) await notePackages(folder, name, tree, Object.keys(releases));
  await writeJson(folder, 'releases.json', { ...catalog, releases });
  const versions = (of: Entry['bazels']): string =>
    Object.values(of)
      .map(({ version }) => version)
      .join(', ');
  return `${name}: Python ${versions(entry.pythons)}; Bazel ${versions(entry.bazels)}`;
}

function parse(argv: readonly string[]) {
  try {
    const { values, positionals } = parseArgs({ args: [...argv], options, allowPositionals: true });
    const [name, ...more] = positionals;
    if (name !== undefined && more.length === 0) return { name, values };
  } catch (cause) {
    throw badRequest((cause as Error).message, usage, cause);
  }
  throw badRequest('Give one release.', usage);
}

function parsePin({ rev, narHash, lastModified }: ReturnType<typeof parse>['values']): Entry['pin'] | undefined {
  if (rev === undefined && narHash === undefined && lastModified === undefined) return undefined;
  const fits =
    /^[0-9a-f]{40}$/.test(rev ?? '') &&
    /^sha256-[A-Za-z0-9+/]{43}=$/.test(narHash ?? '') &&
    /^\d{10}$/.test(lastModified ?? '');
  if (!fits || !rev || !narHash)
    throw badRequest('--rev, --narHash and --lastModified make a pin only together.', usage);
  return { rev, lastModified: Number(lastModified), narHash };
}

/** What no tree can tell of a new release; undefined if nothing was given. */
function parseNewRelease(
  name: string,
  { codename, released, eol }: ReturnType<typeof parse>['values'],
): Partial<Entry> | undefined {
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

/** A path is believed to hold the pinned tree; what is downloaded has to have its hash. */
function treeOf(pin: Entry['pin'], { nixpkgs }: { nixpkgs?: string }, cwd: string): Promise<NixpkgsTree> {
  if (nixpkgs !== undefined && !/^[a-z]+:\/\//.test(nixpkgs)) return readTree(expression, resolve(cwd, nixpkgs));
  const archive = `https://github.com/NixOS/nixpkgs/archive/${pin.rev}.tar.gz`;
  return readTree(expression, nixpkgs ?? archive, pin.narHash);
}

/** Notes attribute and version of each package that packages.json knows. */
async function notePackages(
  folder: string,
  release: string,
  tree: NixpkgsTree,
  order: readonly string[],
): Promise<void> {
  const catalog = await readJson<{ packages: Record<string, Attributes> }>(folder, 'packages.json');
  const versions = await readJson<Record<string, Versions[string]>>(folder, 'versions.json');
  for (const [name, attributes] of Object.entries(catalog.packages)) {
    const found = findPackage(tree.packages, name, attributeAt(attributes, name, release));
    catalog.packages[name] = withAttribute(attributes, name, release, found?.attribute ?? null, order);
    const { [release]: _, ...others } = versions[name] ?? {};
    const noted = Object.entries(found ? { ...others, [release]: found.version } : others);
    versions[name] = Object.fromEntries(noted.sort(([a], [b]) => order.indexOf(a) - order.indexOf(b)));
  }
  const present = Object.entries(versions).filter(([, noted]) => Object.keys(noted).length > 0);
  await writeJson(folder, 'packages.json', catalog);
  await writeJson(folder, 'versions.json', Object.fromEntries(present.sort(([a], [b]) => (a < b ? -1 : 1))));
}

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
