import {
  defaultFramework,
  type FrameworkName,
  frameworkNames,
  frameworks,
  isFramework,
  offeredFrameworks,
} from '../catalog/frameworks.ts';
import { takenByPython } from '../catalog/python-names.ts';
import { badRequest } from '../errors/failure.ts';
import type { Choice } from './choices.ts';

/** The answers about the app. */
export interface AppAnswers {
  readonly framework: FrameworkName;
  /** As `parseApp` writes it; empty if the app is what was generated. */
  readonly app: string;
}

/** What a server imports and calls. */
export interface Entry {
  /** MODULE:OBJECT, as gunicorn takes it; the object may be a call of a factory. */
  readonly app: string;
  /** The folder from which Python imports the module, below that of the project: `src`; empty for the project's own. */
  readonly root: string;
}

const identifier = '[A-Za-z_][A-Za-z0-9_]*';
const literal = `(?:True|False|None|-?[0-9]{1,18}|'[A-Za-z0-9_ ./:@-]*'|"[A-Za-z0-9_ ./:@-]*")`;
const form = new RegExp(
  `^((?:[A-Za-z0-9_-][A-Za-z0-9_.-]*/)*)(${identifier}(?:\\.${identifier})*):(${identifier})(?:\\(([^()]*)\\))?$`,
);
const argument = new RegExp(`^(?:(${identifier}) ?= ?)?(${literal})$`);

/**
 * Checks MODULE:OBJECT, with the folder that the module is imported from before it if that is not the project's: `shop:app`,
 * `shop.web:create_app()`, `src/shop:create_app('production', debug=False)`.
 * @param where the place that messages name
 * @returns the same with one spelling of its arguments; strings have double quotes
 * @throws Failure (exit code 2)
 */
export function parseApp(text: string, where: string): string {
  const found = text.length > 200 ? null : form.exec(text.trim());
  const [, folder = '', module = '', object = '', values] = found ?? [];
  const names = [...module.split('.'), object];
  const given = values === undefined || values.trim() === '' ? [] : values.split(',').map(value => value.trim());
  const written = given.map(value => {
    const [, name, plain] = argument.exec(value) ?? [];
    return plain && `${name ? `${name}=` : ''}${plain.replaceAll("'", '"')}`;
  });
  const keyword = names.find(name => takenByPython(name) === 'keyword');
  if (!found || keyword !== undefined || written.includes(undefined)) {
    const shown = JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text);
    throw badRequest(
      `${where}: ${shown} is not the place of an app, written MODULE:OBJECT${keyword ? ` ("${keyword}" is a Python keyword)` : ''}.`,
      "Examples: shop.web:app, shop:create_app(), shop:create_app('production', debug=False); src/shop:app if Python imports from src.",
    );
  }
  return `${folder}${module}:${object}${values === undefined ? '' : `(${written.join(', ')})`}`;
}

/** The entry of an app that `parseApp` has accepted. */
export function entryOf(app: string): Entry {
  const end = app.lastIndexOf('/', app.indexOf(':')) + 1;
  return { app: app.slice(end), root: app.slice(0, Math.max(0, end - 1)) };
}

/** The module of an entry: `shop.web`. */
export const moduleOfApp = (app: string): string => app.slice(0, app.indexOf(':'));

/**
 * The entry of a project: its app if it has code of its own, else what is generated.
 * @param module the module of a generated app
 * @throws Failure (exit code 2) if nothing is generated for that framework
 */
export function entryFor({ framework, app }: AppAnswers, module: string): Entry {
  const { generated } = frameworks()[framework];
  if (app !== '') return entryOf(app);
  if (generated) return entryOf(generated.app.replaceAll('%', module));
  throw badRequest(
    `app: a project of the kind ${framework} needs the place of its app.`,
    'Name it as MODULE:OBJECT, for example shop.web:app',
  );
}

/** @throws Failure (exit code 2) for a framework that does not exist */
export function parseFramework(value: string, where: string): FrameworkName {
  if (isFramework(value)) return value;
  throw badRequest(
    `${where}: unknown framework ${JSON.stringify(value.slice(0, 80))}.`,
    `Choose one of ${offeredFrameworks().join(', ')}; for an existing app of another framework, wsgi or asgi.`,
  );
}

/** The frameworks as the choices of a prompt; the kinds without templates only where there is code. */
export const frameworkChoices = (hasCode: boolean): Choice[] =>
  (hasCode ? frameworkNames() : offeredFrameworks()).map(value => ({
    value,
    label: value === defaultFramework ? `${frameworks()[value].label} (default)` : frameworks()[value].label,
  }));

/**
 * Refuses what only a project with code of its own can have: the place of its app, and kinds that nothing is generated for.
 * @throws Failure (exit code 2)
 */
export function refuseWithoutCode({ framework, app }: AppAnswers): void {
  if (app !== '') {
    throw badRequest(
      `--app: ${app} would be an app that exists, but a new project gets one of its own.`,
      'Leave --app out, and choose what to generate with --framework.',
    );
  }
  if (frameworks()[framework].generated) return;
  throw badRequest(
    `--framework: ${framework} stands for code that exists already; nothing can be generated for it.`,
    `For a new project, choose ${offeredFrameworks().join(', ')}.`,
  );
}
