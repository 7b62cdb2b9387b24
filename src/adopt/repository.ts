/** The files of somebody's repository, as adoption reads them. */
export interface Repository {
  /** Paths below its folder, with `/`: without caches, environments and hidden folders. */
  readonly paths: readonly string[];
  /** The text of a file; undefined if it is not there, too large, or no text. */
  readonly text: (path: string) => string | undefined;
}

export const folderOf = (path: string): string => path.split('/').slice(0, -1).join('/');
export const baseOf = (path: string): string => path.split('/').at(-1) ?? '';

/** A path below a folder, which may be empty. */
export const below = (folder: string, path: string): string => (folder === '' ? path : `${folder}/${path}`);

/** The file of a Python module below a folder; undefined if the repository does not have it. */
export function fileOfModule(module: string, root: string, has: ReadonlySet<string>): string | undefined {
  const path = below(root, module.replaceAll('.', '/'));
  return [`${path}.py`, `${path}/__init__.py`].find(file => has.has(file));
}

/**
 * The folder from which a file is imported: the one in which most of what it imports is found, else the first above it that is
 * no package.
 * @param imports the modules that it imports by absolute names
 */
export function importRootOf(file: string, imports: readonly string[], has: ReadonlySet<string>): string {
  let natural = folderOf(file);
  while (natural !== '' && has.has(`${natural}/__init__.py`)) natural = folderOf(natural);
  const found = (root: string): number =>
    imports.filter(module => fileOfModule(module, root, has) !== undefined || isFolder(below(root, module), has))
      .length;
  const names = folderOf(file)
    .split('/')
    .filter(name => name !== '');
  const above = ['', ...names.map((_, at) => names.slice(0, at + 1).join('/'))];
  return above.reduce((best, root) => (found(root) > found(best) ? root : best), natural);
}

/** A namespace package, seen from any file in it. */
const isFolder = (path: string, has: ReadonlySet<string>): boolean => has.has(`${path.replaceAll('.', '/')}/`);

/** The paths of a repository, and those of its folders with a slash at the end. */
export function pathsAndFolders(paths: readonly string[]): ReadonlySet<string> {
  const has = new Set(paths);
  for (const path of paths) {
    for (let folder = folderOf(path); folder !== '' && !has.has(`${folder}/`); folder = folderOf(folder)) {
      has.add(`${folder}/`);
    }
  }
  return has;
}

/** How Python imports a file, seen from a folder. */
export const moduleOfFile = (file: string, root: string): string =>
  (root === '' ? file : file.slice(root.length + 1))
    .replace(/\.py$/, '')
    .replace(/\/__init__$/, '')
    .replaceAll('/', '.');
