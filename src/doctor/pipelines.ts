import { join } from 'node:path';
import { readTextIfExists } from '../fs/text-file.ts';
import { repositoryAround } from '../fs/repository.ts';
import {
  includesOf,
  includeWarning,
  isIncluded,
  pipelinePath,
  type Provider,
  providerNames,
  providers,
} from '../model/ci-providers.ts';
import { shellPath } from '../text/shell-quote.ts';
import { type Finding, ok, warning } from './finding.ts';
import { edit } from './project-files.ts';
import type { DoctorContext } from './project-facts.ts';

/** Checks whether the providers read the pipelines of a project that is in a subfolder of its git repository. */
export function checkPipelines({ folder, facts: { values } }: DoctorContext): readonly Finding[] {
  const repository = repositoryAround(folder);
  if (!repository || repository.place === '') return [];
  const { root, place } = repository;
  const read = (path: string): string | undefined => readTextIfExists(join(folder, path));
  const existing = (pathOf: (name: Provider) => string) =>
    providerNames.filter(name => read(pathOf(name)) !== undefined);
  const here = existing(name => providers[name].path);
  const found = [...here.flatMap(name => unread(name, place, root, values.ci)), ...notIncluded(here, place, read)];
  if (found.length > 0) return found;
  const used = existing(name => pipelinePath(name, place));
  return used.length > 0 ? [ok(`The repository ${root} has the pipelines of this project`)] : [];
}

/** A finding for a pipeline in the project's folder that belongs in the root. */
function unread(name: Provider, place: string, root: string, stored: unknown): Finding[] {
  const { path, label } = providers[name];
  if (pipelinePath(name, place) === path) return [];
  const isKnown = Array.isArray(stored) && stored.includes(name);
  return [
    warning(
      `${path} is not in the root of the repository, ${root}, so ${label} does not read it`,
      isKnown ? 'nix-python-container update' : `nix-python-container ci ${name} && rm ${shellPath(path)}`,
    ),
  ];
}

function notIncluded(
  existing: readonly Provider[],
  place: string,
  read: (path: string) => string | undefined,
): Finding[] {
  return includesOf(existing, place)
    .filter(include => !isIncluded(include, read(include.file) ?? ''))
    .map(include => warning(includeWarning(include), edit(include.file)));
}
