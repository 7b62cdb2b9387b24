import type { Framework } from '../catalog/frameworks.ts';
import { baseOf, fileOfModule, importRootOf, moduleOfFile, pathsAndFolders, type Repository } from './repository.ts';
import { moduleStatements, type Statement } from './python-source.ts';

/** Something that a server can be pointed at. */
export interface EntryCandidate {
  /** `module:object`, or `module:factory()`. */
  readonly entry: string;
  /** The folder from which its module is imported; empty for the repository's own. */
  readonly root: string;
  /** The file that defines it. */
  readonly file: string;
  /** The interface, where the file tells. */
  readonly interface?: Framework['interface'] | undefined;
  /** The higher, the likelier. */
  readonly score: number;
}

/** What creates an app, by name, and the interface of that app. */
const constructors: readonly (readonly [RegExp, Framework['interface'] | undefined])[] = [
  [/^(?:\w+\.)*(?:Flask|Bottle|APIFlask|OpenAPI|Eve)\(/, 'wsgi'],
  [/^(?:\w+\.)*(?:FastAPI|Starlette|Quart|Litestar|Robyn|NinjaAPI|BlackSheep|Sanic|AsyncApp)\(/, 'asgi'],
  [/^falcon\.asgi\.App\(/, 'asgi'],
  [/^falcon\.(?:App|API)\(/, 'wsgi'],
  [/^(?:\w+\.)*get_wsgi_application\(/, 'wsgi'],
  [/^(?:\w+\.)*(?:get_asgi_application|ProtocolTypeRouter|ASGIApp)\(/, 'asgi'],
  [/^(?:\w+\.)*(?:ProxyFix|DispatcherMiddleware|WSGIMiddleware|WhiteNoise|WSGIApp)\(/, 'wsgi'],
];
const appNames: readonly string[] = ['app', 'application'];
const factoryName = /^(?:create|make|build|get|init|setup)_(?:\w+_)?(?:app|application)$/;
const factoryCall = /^(?:\w+\.)*(?:create|make|build|get|init|setup)_(?:\w+_)?(?:app|application)\(/;

/** Where apps are, by the names of files; the rest counts 10. */
const fileScores: Readonly<Record<string, number>> = {
  'wsgi.py': 30,
  'asgi.py': 29,
  'app.py': 20,
  'main.py': 20,
  'application.py': 18,
  '__init__.py': 16,
  'server.py': 15,
  'run.py': 14,
  'manage.py': 5,
};

/** Folders whose apps are not the one to serve. */
const elsewhere = /(?:^|\/)(?:tests?|docs?|examples?|samples?|migrations|alembic|scripts|benchmarks?|notebooks)\//;
const isTest = (path: string): boolean => /(?:^|\/)(?:test_[^/]*|[^/]*_test|tests|conftest|setup)\.py$/.test(path);

/** The apps that the modules of a repository define, the likeliest first. */
export function entriesInModules({ paths, text }: Repository): readonly EntryCandidate[] {
  const has = pathsAndFolders(paths);
  return paths
    .filter(path => path.endsWith('.py') && !elsewhere.test(path) && !isTest(path))
    .flatMap(file => {
      const source = text(file);
      if (source === undefined || !/app|api|server/i.test(source)) return [];
      const statements = moduleStatements(source);
      const root = importRootOf(file, importsIn(statements), has);
      const score = (fileScores[baseOf(file)] ?? 10) - 3 * (file.split('/').length - 1);
      return appsIn(statements, baseOf(file)).map(({ object, strength, interface: kind }) => ({
        entry: `${moduleOfFile(file, root)}:${object}`,
        root,
        file,
        interface: kind,
        score: score + strength,
      }));
    })
    .sort((a, b) => b.score - a.score);
}

/** The modules that a module imports by absolute names; Django's settings are named by a variable. */
const importsIn = (statements: readonly Statement[]): string[] =>
  statements.flatMap(({ text }) => {
    const [, from = '', several = '', settings = ''] =
      /^from ([A-Za-z_][\w.]*) import\b|^import ([\w., ]+)$|^os\.environ.{0,40}\bDJANGO_SETTINGS_MODULE["'][\], =]{1,10}["']([\w.]+)["']/.exec(
        text,
      ) ?? [];
    return [from, settings, ...several.split(',').map(each => each.trim().split(' ')[0] ?? '')].filter(
      name => name !== '',
    );
  });

interface DefinedApp {
  readonly object: string;
  readonly interface?: Framework['interface'] | undefined;
  readonly strength: number;
}

/** The apps that a module defines: objects before factories, and of each kind the last. */
function appsIn(statements: readonly Statement[], name: string): readonly DefinedApp[] {
  const apps = new Map<string, DefinedApp>();
  const isEntryFile = /^[aw]sgi\.py$/.test(name);
  for (const { text, onlyAsMain } of statements) {
    if (onlyAsMain) continue;
    for (const app of [...assigned(text), ...(isEntryFile ? imported(text) : [])]) {
      const before = apps.get(app.object);
      apps.set(app.object, before ? { ...before, ...(app.interface ? app : {}) } : app);
    }
    const factory = factoryIn(text);
    if (factory) apps.set(factory.object, factory);
  }
  return [...apps.values()];
}

/** `app = Flask(__name__)`, `app: FastAPI = create_app()`, `application = app = …`. */
function assigned(text: string): DefinedApp[] {
  const names: string[] = [];
  let rest = text;
  for (let match; (match = /^([A-Za-z_]\w*)(?: *: *[\w.[\]"']+)? *=(?!=) */.exec(rest));) {
    names.push(match[1] as string);
    rest = rest.slice(match[0].length);
  }
  const [, kind] = constructors.find(([pattern]) => pattern.test(rest)) ?? [];
  const isKnown = kind !== undefined;
  return names
    .filter(name => isKnown || (appNames.includes(name) && factoryCall.test(rest)))
    .map(object => ({ object, interface: kind, strength: appNames.includes(object) ? 30 : 24 }));
}

/** `from shop import app as application`, in a wsgi.py. */
function imported(text: string): DefinedApp[] {
  const [, names = ''] = /^from [\w.]+ import \(?([^)]*)\)?$/.exec(text) ?? [];
  return names
    .split(',')
    .map(
      each =>
        each
          .trim()
          .split(' as ')
          .map(word => word.trim())
          .at(-1) ?? '',
    )
    .filter(name => appNames.includes(name))
    .map(object => ({ object, strength: 30 }));
}

/** `def create_app(config=None):`, which needs no arguments. */
function factoryIn(text: string): DefinedApp | undefined {
  const [head = '', name = ''] = /^def (\w+)\(/.exec(text) ?? [];
  const end = text.search(/\) *(?:->|:$)/);
  if (!factoryName.test(name) || end < head.length || !text.endsWith(':')) return undefined;
  const [parameters, result] = [text.slice(head.length, end), text.slice(end)];
  const required = splitParameters(parameters).filter(each => !/[=*]/.test(each) && each !== '/');
  if (required.length > 0) return undefined;
  const kind = /FastAPI|Starlette|Quart|Litestar/.test(result) ? 'asgi' : /Flask/.test(result) ? 'wsgi' : undefined;
  return { object: `${name}()`, interface: kind, strength: 20 };
}

/** The parameters of a function, split at the commas outside of brackets. */
function splitParameters(text: string): string[] {
  const parts: string[] = [''];
  let depth = 0;
  for (const character of text) {
    if ('([{'.includes(character)) depth += 1;
    if (')]}'.includes(character)) depth -= 1;
    if (character === ',' && depth === 0) parts.push('');
    else parts[parts.length - 1] += character;
  }
  return parts.map(part => part.trim()).filter(part => part !== '');
}

/**
 * Finds the module of an entry: in the repository's own folder, below src/, or in one other folder that has it.
 * @param likely the folders to look in first
 * @returns undefined if no file of the repository is that module
 */
export function locateEntry(
  entry: string,
  { paths }: Pick<Repository, 'paths'>,
  likely: readonly string[] = [],
): Pick<EntryCandidate, 'entry' | 'root' | 'file'> | undefined {
  const has = pathsAndFolders(paths);
  const [module = ''] = entry.split(':');
  const folders = [...has].filter(path => path.endsWith('/')).map(path => path.slice(0, -1));
  const roots = [...likely, '', 'src', ...folders.sort((a, b) => a.split('/').length - b.split('/').length)];
  for (const root of roots) {
    const file = fileOfModule(module, root, has);
    if (file !== undefined) return { entry, root, file };
  }
  return undefined;
}
