import type { Framework } from '../catalog/frameworks.ts';
import { baseOf, type Repository } from './repository.ts';

/** A command that serves the app, as a file of the repository gives it. */
export interface ServingCommand {
  /** The file: a Procfile, a Dockerfile. */
  readonly file: string;
  /** `module:object`; empty if the command names a configuration file that says it. */
  readonly entry: string;
  readonly interface?: Framework['interface'] | undefined;
  /** The folder that the command changes to. */
  readonly root?: string | undefined;
  /** The configuration file of gunicorn that it names. */
  readonly config?: string | undefined;
}

/** Files that say how an app is started, the most telling first. */
const startFiles: readonly RegExp[] = [
  /^Procfile$/,
  /^(?:render|app)\.ya?ml$/,
  /^(?:fly|railway|nixpacks)\.toml$/,
  /^\.?(?:[\w.-]+\.)?(?:Dockerfile|Containerfile)(?:\.[\w-]+)?$/i,
  /^(?:docker-)?compose(?:[.-][\w-]+)?\.ya?ml$/,
  /^(?:boot|start|run|entrypoint|docker-entrypoint|gunicorn|prestart|start-server)(?:[._-]?\w+)?(?:\.sh)?$/,
  /^[\w-]+\.service$/,
  /^supervisord?\.conf$/,
  /^Makefile$/,
];

/** The servers, with the interface that they need. */
const servers: Readonly<Record<string, Framework['interface'] | undefined>> = {
  gunicorn: 'wsgi',
  uvicorn: 'asgi',
  hypercorn: 'asgi',
  daphne: 'asgi',
  granian: undefined,
  'waitress-serve': 'wsgi',
};

// Not an address: both parts start with a letter, and there is no port.
const entryWord = /^([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*):([A-Za-z_]\w*(?:\(\))?)$/;

/** The commands in a repository that serve an app, the most telling file first. */
export function servingCommands({ paths, text }: Repository): readonly ServingCommand[] {
  const found = startFiles.flatMap(pattern =>
    paths
      .filter(path => pattern.test(baseOf(path)) && path.split('/').length <= 3)
      .sort((a, b) => a.split('/').length - b.split('/').length)
      .flatMap(file => commandsIn(text(file) ?? '', file)),
  );
  return [...found, ...flaskApps({ paths, text })];
}

function commandsIn(text: string, file: string): ServingCommand[] {
  // Lines that end in a backslash go on; JSON's and shell's quotes, commas and brackets separate words.
  const lines = text.replaceAll(/\\\r?\n/g, ' ').split(/\r?\n/);
  return lines.flatMap(line => {
    const words = line.split(/[\s"',;[\]&|]+/).filter(word => word !== '');
    if (line.trimStart().startsWith('#')) return [];
    const at = words.findIndex(word => baseOf(word) in servers);
    if (at < 0) return [];
    const server = baseOf(words[at] as string);
    const options = words.slice(at + 1);
    const valueOf = (...names: readonly string[]): string | undefined => {
      const index = options.findIndex(word => names.includes(word));
      const joined = options.find(word => names.some(name => name.startsWith('--') && word.startsWith(`${name}=`)));
      return index >= 0 ? options[index + 1] : joined?.slice(joined.indexOf('=') + 1);
    };
    const config = server === 'gunicorn' ? valueOf('-c', '--config') : undefined;
    const last = options.at(-1);
    // gunicorn looks for `application` in a module without an object.
    const whole =
      last !== config && /^[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+$/.test(last ?? '') ? `${last}:application` : undefined;
    const entry =
      options.find(word => word !== config && entryWord.test(word)) ?? (server === 'gunicorn' ? whole : undefined);
    if (entry === undefined && config === undefined) return [];
    const worker = valueOf('-k', '--worker-class') ?? '';
    const kind = /uvicorn|asgi/i.test(worker) ? 'asgi' : servers[server];
    return [{ file, entry: entry ?? '', interface: kind, root: valueOf('--chdir', '--app-dir'), config }];
  });
}

/** `FLASK_APP=shop.py` in .flaskenv: the module alone, or with its object. */
function flaskApps({ paths, text }: Repository): ServingCommand[] {
  return paths
    .filter(path => /^(?:\.flaskenv|Dockerfile)$/.test(path))
    .flatMap(file => {
      const [, value = ''] = /\bFLASK_APP[ =]["']?([\w./:()-]+)/.exec(text(file) ?? '') ?? [];
      const [module = '', object = ''] = value.split(':');
      const dotted = module.replace(/^\.\//, '').replace(/\.py$/, '').replaceAll('/', '.');
      return /^[A-Za-z_][\w.]*$/.test(dotted)
        ? [{ file, entry: `${dotted}:${object}`, interface: 'wsgi' as const }]
        : [];
    });
}
