import { execFileSync } from 'node:child_process';
import { chmodSync, linkSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** A folder for one test file, removed by `remove`. */
export function scratch(): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'pin-test-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** Environment for a Nix that touches neither the machine's store nor its configuration. */
export function nixEnvironment(folder: string): NodeJS.ProcessEnv {
  const inside = (name: string): string => {
    mkdirSync(join(folder, name), { recursive: true });
    return join(folder, name);
  };
  writeFileSync(
    join(inside('conf'), 'nix.conf'),
    'build-users-group =\nsubstituters =\nsandbox = false\nexperimental-features = nix-command flakes\n',
  );
  const { NIX_PATH: _, ...env } = process.env;
  return {
    ...env,
    HOME: inside('home'),
    NIX_CONF_DIR: inside('conf'),
    NIX_REMOTE: '',
    NIX_STORE_DIR: inside('store'),
    NIX_STATE_DIR: inside('state'),
    NIX_LOG_DIR: inside('log'),
    NIX_LOCALSTATE_DIR: inside('var'),
  };
}

/** What Nix itself says an archive's tree hashes to, in SRI form. */
export function prefetch(archive: string, env: NodeJS.ProcessEnv): string {
  const base32 = execFileSync(
    'nix-prefetch-url',
    ['--unpack', '--type', 'sha256', '--name', 'source', pathToFileURL(archive).href],
    { env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] },
  ).trim();
  const hex = execFileSync('nix-hash', ['--type', 'sha256', '--to-base16', base32], { env, encoding: 'utf8' }).trim();
  return `sha256-${Buffer.from(hex, 'hex').toString('base64')}`;
}

/** A file is its text; a folder ends in a slash; `x` makes executable, `link` and `hard` name what is linked to. */
export type Item = string | { readonly x: string } | { readonly link: string } | { readonly hard: string };
export type Items = Readonly<Record<string, Item>>;

/** Writes a tree, in the order given: on some file systems that is the order in which tar finds it. */
export function writeTree(root: string, items: Items): void {
  mkdirSync(root, { recursive: true });
  for (const [name, item] of Object.entries(items)) {
    const path = join(root, name);
    if (name.endsWith('/')) {
      mkdirSync(path, { recursive: true });
      continue;
    }
    mkdirSync(dirname(path), { recursive: true });
    if (typeof item === 'string') writeFileSync(path, item);
    else if ('link' in item) symlinkSync(item.link, path);
    else if ('hard' in item) linkSync(join(root, item.hard), path);
    else {
      writeFileSync(path, item.x);
      chmodSync(path, 0o755);
    }
  }
}

const long = (letter: string): string => `${letter.repeat(90)}/${letter.repeat(120)}/${letter.repeat(100)}`;

/** What archives are got wrong by. */
export const unusual: Items = {
  'foo/inside': 'a',
  'foo/empty/': '',
  'foo-bar': 'b',
  'foo-bar.d/x': 'c',
  'foo.nix': 'd',
  'foo bar/deep/er': 'e',
  foo0: 'f',
  fooa: 'g',
  'fo.o/fo-o/fo': 'h',
  'fo/x-y/z': 'i',
  'fo/x/z': 'j',
  'fo/x.z': 'k',
  'by-name/aa/default.nix': 'l',
  'by-name/aa-b/default.nix': 'm',
  'by-name.nix': 'n',
  empty: '',
  'empty-folder/': '',
  'run.sh': { x: '#!/bin/sh\n' },
  'seven!': '1234567',
  eight: '12345678',
  'größe/ÿ': 'o',
  '日本/語.nix': 'p',
  'new\nline': 'q',
  '-rf': 'r',
  ' ': 's',
  '.hidden/.x': 't',
  Upper: 'u',
  'link to nowhere': { link: '../no/where' },
  linked: { link: 'foo' },
  [`long/${long('l')}`]: 'v',
  [`long/${long('m')}.x`]: { x: 'w' },
  'long/link': { link: long('l') },
  'lib/.version': '26.05',
  '.version': { link: 'lib/.version' },
};

/** Packs `folder` with the tar of the machine. `names`, if given, are all there is, in that order. */
export function pack(archive: string, folder: string, flags: readonly string[], names?: readonly string[]): void {
  const parent = dirname(folder);
  const top = folder.slice(parent.length + 1);
  const args = names
    ? ['--no-recursion', '--null', '--verbatim-files-from', '--files-from=-']
    : [...flags.filter(flag => flag.startsWith('--sort')), top];
  execFileSync('tar', ['-cf', archive, '-C', parent, ...flags.filter(flag => !flag.startsWith('--sort')), ...args], {
    input: names?.map(name => `${name}\0`).join('') ?? '',
  });
}

export function git(folder: string, ...args: string[]): string {
  const identity = ['-c', 'user.name=t', '-c', 'user.email=t@example.org', '-c', 'core.autocrlf=false'];
  return execFileSync('git', [...identity, ...args], { cwd: folder, encoding: 'utf8' }).trim();
}
