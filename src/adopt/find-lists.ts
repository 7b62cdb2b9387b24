import { isTable, type Table, tableOf } from '../packaging/formats/source.ts';
import { nameIn } from '../packaging/requirement.ts';
import { baseOf, below, folderOf, type Repository } from './repository.ts';

/** The files of a repository that list its packages. */
export interface FoundLists {
  /** Those that the app needs, to be read in this order. */
  readonly runtime: readonly string[];
  /** Those for tests and development alone. */
  readonly dev: readonly string[];
  /** Whether [project] dependencies of pyproject.toml is the list, and stays it. */
  readonly inPlace: boolean;
}

/** Files that list what the app needs; the first that is there counts. */
const runtimeFiles: readonly string[] = [
  'Pipfile',
  'requirements.txt',
  'requirements/production.txt',
  'requirements/prod.txt',
  'requirements/requirements.txt',
  'requirements/base.txt',
  'requirements/common.txt',
  'requirements/main.txt',
  'requirements.in',
  'setup.cfg',
  'environment.yml',
  'environment.yaml',
];
const devFile =
  /^(?:requirements[-_./]?)?(?:dev|devel|development|local|tests?|testing|ci)(?:[-_.]?requirements)?\.(?:txt|in)$/;

/**
 * Finds the files in which a repository lists its packages.
 * @param pyproject the parsed pyproject.toml; undefined without one
 */
export function findLists({ paths, text }: Repository, pyproject: Table | undefined): FoundLists {
  const has = new Set(paths);
  const dev = paths.filter(
    path =>
      /requirements/.test(path) && path.split('/').length <= 2 && devFile.test(path.replace(/^requirements\//, '')),
  );
  const project = tableOf(pyproject?.project);
  if (Array.isArray(project.dependencies)) return { runtime: ['pyproject.toml'], dev, inPlace: true };
  if (isTable(tableOf(tableOf(pyproject?.tool).poetry).dependencies)) {
    return { runtime: ['pyproject.toml'], dev, inPlace: false };
  }
  const found = runtimeFiles.find(path => has.has(path) && (path !== 'setup.cfg' || listsPackages(text(path))));
  return { runtime: found === undefined ? [] : [found], dev: found === 'Pipfile' ? [] : dev, inPlace: false };
}

const listsPackages = (setupCfg = ''): boolean => /^install_requires\s*=/m.test(setupCfg);

/** The nearest folders below that list packages: where to look if a repository's own folder has no list. */
export const foldersWithLists = ({ paths }: Pick<Repository, 'paths'>): readonly string[] => [
  ...new Set(
    paths
      .filter(path => path.includes('/') && /^(?:pyproject\.toml|requirements\.txt|Pipfile)$/.test(baseOf(path)))
      .map(path => path.slice(0, path.lastIndexOf('/'))),
  ),
];

/** Names of packages in these files and in those that they include, as far as a glance tells: what a framework is recognised by. */
export function namesInLists(files: readonly string[], { text }: Pick<Repository, 'text'>): readonly string[] {
  const read = new Set<string>();
  const namesOf = (file: string): string[] => {
    if (read.has(file)) return [];
    read.add(file);
    return (text(file) ?? '').split(/\r?\n/).flatMap(line => {
      const [, included] = /^(?:-r|--requirement)[ =]*([\w./-]+)/.exec(line) ?? [];
      if (included !== undefined) return namesOf(inFolder(folderOf(file), included));
      return [nameIn(line.replace(/^["']/, ''))];
    });
  };
  return files.flatMap(namesOf);
}

/** A path as a file in a folder gives it; one above stays as it is, and is no file of the repository. */
function inFolder(folder: string, path: string): string {
  if (path.startsWith('./')) return inFolder(folder, path.slice(2));
  if (path.startsWith('../') && folder !== '') return inFolder(folderOf(folder), path.slice(3));
  return below(folder, path);
}
