import { type Framework, type FrameworkName, frameworks } from '../catalog/frameworks.ts';
import { entriesInModules, type EntryCandidate, locateEntry } from './find-entry.ts';
import { baseOf, below, type Repository } from './repository.ts';
import { type ServingCommand, servingCommands } from './serving-commands.ts';

/** What was found of an app in a repository. */
export interface FoundApp {
  /** The app object; undefined if none was found, or several that are as likely. */
  readonly entry?: Pick<EntryCandidate, 'entry' | 'root' | 'file' | 'interface'> | undefined;
  /** The file that says so: the module itself, or the one with the command that serves it. */
  readonly foundIn?: string;
  /** The likeliest apps, if one of them must be chosen. */
  readonly candidates: readonly EntryCandidate[];
  /** The configuration file of gunicorn. */
  readonly serverConfig?: string | undefined;
}

/**
 * Finds the app in a repository: by the commands that serve it, else by reading its modules.
 * @param given MODULE:OBJECT as the user names it
 * @throws nothing; what is not found is undefined
 */
export function findApp(repository: Repository, given?: string): FoundApp {
  const modules = entriesInModules(repository);
  const commands = servingCommands(repository);
  const serverConfig = configOf(repository, commands);
  const config = serverConfig === undefined ? {} : { serverConfig };
  if (given !== undefined) {
    const located = locateEntry(given, repository, ['', 'src', ...modules.map(({ root }) => root)]);
    const known = modules.find(({ entry }) => entry === given);
    const entry = known ?? located;
    return { ...(entry ? { entry, foundIn: entry.file } : {}), candidates: modules, ...config };
  }
  for (const { entry, file, root, interface: kind } of commands) {
    const found = entry === '' ? undefined : resolveCommand(entry, root, repository, modules);
    if (found)
      return { entry: { ...found, interface: kind ?? found.interface }, foundIn: file, candidates: [], ...config };
  }
  const [best, second] = modules;
  if (!best) return { candidates: [], ...config };
  if (second && second.score === best.score) {
    return { candidates: modules.filter(({ score }) => score === best.score), ...config };
  }
  return { entry: best, foundIn: best.file, candidates: [], ...config };
}

/** The app that a command names; `shop:` names a module whose app is looked for. */
function resolveCommand(
  entry: string,
  root: string | undefined,
  repository: Repository,
  modules: readonly EntryCandidate[],
): EntryCandidate | Pick<EntryCandidate, 'entry' | 'root' | 'file' | 'interface'> | undefined {
  const located = locateEntry(entry, repository, root === undefined ? [] : [root.replace(/^\.\/|\/$/g, '')]);
  if (!located || !entry.endsWith(':')) return located && { ...located, interface: interfaceOf(located.file, modules) };
  return modules.find(({ file }) => file === located.file);
}

const interfaceOf = (file: string, modules: readonly EntryCandidate[]): Framework['interface'] | undefined =>
  modules.find(other => other.file === file)?.interface;

/** The configuration of gunicorn that a command names, or that lies where people put it; gunicorn.conf.py it finds by itself. */
function configOf(repository: Repository, commands: readonly ServingCommand[]): string | undefined {
  const { paths } = repository;
  const has = new Set(paths);
  const named = commands.flatMap(({ config = '', root = '' }) => {
    const [, module] = /^python:([\w.]+)$/.exec(config) ?? [];
    if (module !== undefined) return locateEntry(module, repository, [root])?.file ?? [];
    const path = config.replace(/^(?:\.\/|file:)/, '');
    return [path, below(root, path)];
  });
  const all = [...named, ...paths.filter(path => conventional.test(path))];
  return all.find(path => has.has(path) && baseOf(path) !== 'gunicorn.conf.py');
}
const conventional = /^(?:[\w-]+\/)?gunicorn[._-]conf(?:ig)?\.py$/;

/**
 * The kind of an app: its framework, unless the app object has the other interface.
 * @param listed the framework that the packages tell of
 */
export function kindOf(
  listed: FrameworkName | undefined,
  found: Framework['interface'] | undefined,
): FrameworkName | undefined {
  if (listed === undefined || found === undefined) return listed ?? found;
  return frameworks()[listed].interface === found ? listed : found;
}
