import { join } from 'node:path';
import { badRequest } from '../errors/failure.ts';
import { pipelinesAbove } from '../model/ci-providers.ts';
import { moduleOf } from '../model/name.ts';
import { readRecord, recordPath } from '../plan/record.ts';
import { possiblePaths } from '../render/files.ts';
import type { Rendered } from '../render/render.ts';
import type { ExistingProject } from './find-project.ts';

/**
 * What was generated last, as the record of a project says; undefined if it has none.
 * @throws Failure (exit code 2) if the record is damaged, or that of another project
 */
export async function readLastGenerated({ name, files }: ExistingProject): Promise<Rendered | undefined> {
  const text = (await files.existing([recordPath])).get(recordPath);
  if (text === undefined) return undefined;
  const file = join(files.folder, recordPath);
  const record = readRecord(text, file, pipelinesAbove(files.place));
  const other = nameIn(record);
  if (other === undefined || other === name) return record;
  throw badRequest(
    `${file} is the record of the project ${other}, not of ${name}.`,
    'Restore the right one from git, or delete it: what was generated last is then guessed from .yo-rc.json.',
  );
}

/** The name of the project that was generated; undefined if its pyproject.toml was not. */
const nameIn = (record: Rendered): string | undefined =>
  /^name = "([^"]*)"$/m.exec(record.get('pyproject.toml') ?? '')?.[1];

/**
 * The paths at which a project like this one can have a file that was generated, and was not its users' own before. A record, which
 * comes from wherever the project comes, cannot add to them.
 */
export function deletablePaths({ name, stored, files }: ExistingProject): ReadonlySet<string> {
  const paths = possiblePaths({ module: moduleOf(name), services: stored.services.map(moduleOf) }, files.place);
  for (const path of stored.adopted?.files ?? []) paths.delete(path);
  return paths;
}
