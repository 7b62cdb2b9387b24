import { answersFile } from '../load/find-project.ts';
import type { Context } from '../load/context.ts';
import { version } from '../load/generator-version.ts';
import type { ProjectFiles } from '../load/project-files.ts';
import type { Project } from '../model/project.ts';
import { mergeStoredAnswers } from '../model/stored-answers.ts';
import { plan, type Step } from '../plan/plan.ts';
import { packRecord, recordPath, undoPath } from '../plan/record.ts';
import { withoutTheirs } from '../plan/theirs.ts';
import { render, renderWithoutPackages } from '../render/render.ts';
import { planIncluding } from './pipeline-includes.ts';
import type { UndoablePlan } from './undo.ts';

/**
 * Renders a project, and compares it with what its folder holds.
 * @param isNew whether its folder holds no project yet
 * @returns how to undo it as well, if it adds to what its users have
 */
export async function planNew(
  project: Project,
  files: ProjectFiles,
  isNew: boolean,
  context: Context,
): Promise<UndoablePlan> {
  const { adopted } = project;
  const rendered = render(project, version());
  const found = await files.existing([...rendered.keys(), recordPath, ...(adopted ? [undoPath] : [])]);
  const own = withoutTheirs(rendered, adopted);
  const record = packRecord(withoutTheirs(renderWithoutPackages(project, version()), adopted), found.get(recordPath));
  const including = planIncluding(project.ci, project, files);
  const steps = plan(new Map([...own, [recordPath, record]]), found).map((step): Step => {
    const { path, before, after } = step;
    if (before === undefined || after === undefined) return step;
    // The record is this generator's alone; of .yo-rc.json, which all generators share, only its own key is written.
    if (path === recordPath) return { ...step, action: after === before ? 'identical' : 'update' };
    if (path !== answersFile) return step;
    const merged = mergeStoredAnswers(before, after);
    return { ...step, after: merged, action: merged === before ? 'identical' : 'merge' };
  });
  if (!adopted) return { plan: [...including, ...steps] };
  const { planTheirs } = await import('../plan/plan-theirs.ts');
  const all = [...including, ...steps, ...planTheirs(rendered, found, project, isNew)].sort((a, b) =>
    a.path < b.path ? -1 : 1,
  );
  if (!isNew) return { plan: all };
  const { withUndo, worktreeOf } = await import('./undo.ts');
  return withUndo(files.folder, all, await worktreeOf(files.folder, context), found);
}
