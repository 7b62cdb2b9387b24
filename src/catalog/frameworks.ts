import { read } from './read.ts';

/** The kinds of apps, by the names that users type: frameworks, and two kinds for the apps of others. */
export type FrameworkName = 'flask' | 'fastapi' | 'django' | 'wsgi' | 'asgi';

/** The code that is generated for an app: where its object is, and its files; `%` stands for the name of its module. */
export interface GeneratedApp {
  /** MODULE:OBJECT */
  readonly app: string;
  /** The file below the app's folder that serves the app when it is run, if one does. */
  readonly main?: string;
  /** Templates by path. */
  readonly files: Readonly<Record<string, string>>;
}

/** One kind of apps. */
export interface Framework {
  /** Its name in prompts and messages. */
  readonly label: string;
  /** How a server calls the app. */
  readonly interface: 'wsgi' | 'asgi';
  /** The pip packages without which no such project runs, sorted: the framework and its server. */
  readonly packages: readonly string[];
  /** Those that its tests need as well, sorted. */
  readonly development: readonly string[];
  /** The pip packages of which one tells that an app is of this kind. */
  readonly recognizedBy: readonly string[];
  /** The command that serves on port 5000 of this machine and loads changed files again; APP stands for MODULE:OBJECT. */
  readonly develop: string;
  /** What a new project gets; without it, the kind is for code that exists already. */
  readonly generated?: GeneratedApp;
  /** What `service` adds, in a folder of its own. */
  readonly service?: GeneratedApp;
}

let loaded: Readonly<Record<FrameworkName, Framework>> | undefined;

/** frameworks.json: read once, when first asked for. */
export function frameworks(): Readonly<Record<FrameworkName, Framework>> {
  loaded ??= read('frameworks.json') as Readonly<Record<FrameworkName, Framework>>;
  return loaded;
}

/** The framework of a project without an answer to that question. */
export const defaultFramework: FrameworkName = 'flask';

export const frameworkNames = (): FrameworkName[] => Object.keys(frameworks()) as FrameworkName[];

/** The frameworks that new projects can have. */
export const offeredFrameworks = (): FrameworkName[] => frameworkNames().filter(name => frameworks()[name].generated);

/** Whether a value, from whichever place, names a framework. */
export const isFramework = (value: unknown): value is FrameworkName =>
  typeof value === 'string' && Object.hasOwn(frameworks(), value);

/**
 * The framework that a list of pip packages (normalised names) tells of; the first kind that fits, since Flask needs werkzeug
 * and FastAPI starlette.
 */
export function frameworkOf(packages: Iterable<string>): FrameworkName | undefined {
  const listed = new Set(packages);
  return frameworkNames().find(name => frameworks()[name].recognizedBy.some(pip => listed.has(pip)));
}
