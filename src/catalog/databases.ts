import { read } from './read.ts';

/** The databases that a compose file can start beside the app. */
export type DatabaseName = 'postgresql';

export interface Database {
  /** Its name in prompts. */
  readonly label: string;
  /** The image, by its tag, for people, and its digest, which is what runs. */
  readonly image: string;
  /** The pip packages (normalised names) by which an app reaches it. */
  readonly drivers: readonly string[];
}

let loaded: Readonly<Record<DatabaseName, Database>> | undefined;

/** databases.json: read once, when first asked for. */
export function databases(): Readonly<Record<DatabaseName, Database>> {
  loaded ??= read('databases.json') as Readonly<Record<DatabaseName, Database>>;
  return loaded;
}

export const databaseNames = (): DatabaseName[] => Object.keys(databases()) as DatabaseName[];

/** The database that a list of pip packages (normalised names) has a driver for; undefined if none tells. */
export function databaseOf(packages: Iterable<string>): DatabaseName | undefined {
  const names = new Set(packages);
  return databaseNames().find(name => databases()[name].drivers.some(driver => names.has(driver)));
}
