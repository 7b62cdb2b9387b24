import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { readExisting } from '../../src/fs/read-existing.ts';
import type { Plan, Step } from '../../src/plan/plan.ts';

/** A folder in memory, for tests that flush files a thousand times. */
export const memory = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

/** A new folder for each test, deleted afterwards; `path` is set while a test runs. The umask is 022. */
export function scratch(parent = tmpdir()): { readonly path: string } {
  const folder = { path: '' };
  let umask: number;
  beforeEach(() => {
    umask = process.umask(0o022);
    folder.path = mkdtempSync(join(parent, 'disk-'));
  });
  afterEach(() => {
    process.umask(umask);
    rmSync(folder.path, { recursive: true, force: true });
  });
  return folder;
}

/** Everything below a folder: path to mode and bytes (as Latin-1), or to the target of a link. */
export function tree(root: string): Record<string, string> {
  const found: Record<string, string> = {};
  for (const name of (readdirSync(root, { recursive: true }) as string[]).sort()) {
    const stats = lstatSync(join(root, name));
    const mode = (stats.mode & 0o7777).toString(8);
    if (stats.isDirectory()) found[`${name}/`] = mode;
    else if (stats.isSymbolicLink()) found[name] = `-> ${readlinkSync(join(root, name))}`;
    else found[name] = `${mode} ${readFileSync(join(root, name), 'latin1')}`;
  }
  return found;
}

export function write(root: string, files: Record<string, string | Buffer>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
}

/** A project with files to be replaced, deleted, kept and written through a link. */
export function writeOld(root: string): void {
  write(root, {
    'README.md': 'old readme\n',
    'secret.env': 'old secret\n',
    'latin.txt': Buffer.from('caf\xe9\n', 'latin1'),
    'gone/for/good.txt': 'old good\n',
    'docs/real.md': 'old real\n',
    'notes.txt': 'not generated\n',
    'same.txt': 'same\n',
  });
  chmodSync(join(root, 'secret.env'), 0o600);
  chmodSync(join(root, 'gone/for'), 0o750);
  symlinkSync('docs/real.md', join(root, 'linked.md'));
}

const after: Record<string, string | undefined> = {
  'README.md': 'new readme\n',
  'secret.env': 'new secret\n',
  'latin.txt': 'caf\udce9 and more\n',
  'gone/for/good.txt': undefined,
  'linked.md': 'new real\n',
  'nix/deep/er.nix': '{ }\n',
  'nix/python.nix': '{ }\n',
  'same.txt': 'same\n',
};

/** The plan that turns the project of `writeOld`, as it is on disk now, into that of `writeNew`. */
export async function planNew(root: string): Promise<Plan> {
  const found = await readExisting(root, Object.keys(after));
  return Object.entries(after).flatMap(([path, text]): Step[] => {
    const before = found.get(path);
    if (before === undefined) return text === undefined ? [] : [{ path, action: 'create', after: text }];
    if (text === undefined) return [{ path, action: 'delete', before }];
    return [{ path, action: before === text ? 'identical' : 'update', before, after: text }];
  });
}

/** The project that `planNew` must lead to. */
export function writeNew(root: string): void {
  writeOld(root);
  rmSync(join(root, 'gone'), { recursive: true });
  write(root, {
    'README.md': 'new readme\n',
    'secret.env': 'new secret\n',
    'latin.txt': Buffer.from('caf\xe9 and more\n', 'latin1'),
    'docs/real.md': 'new real\n',
    'nix/deep/er.nix': '{ }\n',
    'nix/python.nix': '{ }\n',
  });
}

/** The trees of `writeOld` and `writeNew`. */
export function trees(scratchFolder: string): { old: Record<string, string>; new: Record<string, string> } {
  writeOld(join(scratchFolder, 'as-old'));
  writeNew(join(scratchFolder, 'as-new'));
  const both = { old: tree(join(scratchFolder, 'as-old')), new: tree(join(scratchFolder, 'as-new')) };
  for (const name of ['as-old', 'as-new']) rmSync(join(scratchFolder, name), { recursive: true });
  return both;
}
