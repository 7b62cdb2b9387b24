import { withAttribute } from './attributes.ts';
import { mergers } from './mergers.ts';
import type { Rendered } from './plan.ts';
import { type MergePlan, planMerge, type Versions } from './plan-merge.ts';
import { basePackages, type Project } from './project.ts';
import { readPyproject } from './pyproject.ts';
import { render } from './render.ts';

const pyproject = 'pyproject.toml';

/**
 * Renders a project as it is recorded, and merged: with the packages that every project has and no others, since the lists of
 * pyproject.toml belong to their users from the first day.
 */
export const renderBare = (project: Project, generatorVersion: string): Rendered =>
  render({ ...project, packages: [], development: basePackages.development, attributes: new Map() }, generatorVersion);

/** Plans to bring a project up to date; packages that need an attribute at its pin get theirs in pyproject.toml. */
export function planUpdate({ attributes }: Project, versions: Versions): MergePlan {
  const merged = planMerge(versions, mergers);
  if (attributes.size === 0 || merged.conflicts.includes(pyproject)) return merged;
  const plan = merged.plan.map(step => {
    if (step.path !== pyproject || step.after === undefined || step.before === undefined) return step;
    const { before } = step;
    const [mark = '', text = ''] = /^(\uFEFF?)(.*)$/s.exec(step.after)?.slice(1) ?? [];
    const entered = readPyproject(text, pyproject).attributes;
    const missing = [...attributes].filter(([name]) => !entered.has(name));
    if (missing.length === 0) return step;
    const after =
      mark + missing.reduce((text, [name, attribute]) => withAttribute(text, pyproject, name, attribute), text);
    return { ...step, action: after === before ? 'identical' : 'merge', after } as const;
  });
  return { ...merged, plan };
}
