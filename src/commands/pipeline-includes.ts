import type { ProjectFiles } from '../load/project-files.ts';
import { includesOf, includeWarning, isIncluded, type Provider } from '../model/ci-providers.ts';
import type { Step } from '../plan/plan.ts';
import { renderIncluding } from '../render/render.ts';

/**
 * The files in the repository's root that include a project's pipelines, where there are none yet. They are everybody's from then
 * on: no record has them, and no command changes them.
 */
export const planIncluding = (
  ci: readonly Provider[],
  project: Parameters<typeof renderIncluding>[1],
  files: ProjectFiles,
): Step[] =>
  [...renderIncluding(ci, project)]
    .filter(([path]) => files.pathIfExists(path) === undefined)
    .map(([path, after]) => ({ path, action: 'create', after }));

/** Warnings of files in the root that do not include the project's pipelines; where there is none, `planIncluding` makes one. */
export const includeWarnings = (ci: readonly Provider[], files: ProjectFiles): string[] =>
  includesOf(ci, files.place)
    .filter(include => {
      const text = files.text(include.file);
      return text !== undefined && !isIncluded(include, text);
    })
    .map(includeWarning);
