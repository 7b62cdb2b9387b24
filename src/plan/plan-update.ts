import { attributeOf } from '../catalog/packages.ts';
import { insertAttributes, removeAttribute } from '../pyproject/attribute-table.ts';
import { mergers } from './merge-files.ts';
import type { Plan } from './plan.ts';
import type { Rendered } from '../render/render.ts';
import { type MergePlan, planMerge, type Versions, withRecord } from './plan-merge.ts';
import type { Project } from '../model/project.ts';
import { editPyproject, parsePyproject } from '../pyproject/pyproject.ts';
import { recordPath } from './record.ts';

const pyproject = 'pyproject.toml';

/**
 * The packages whose attribute is the catalog's for the release `from`, and another one or none for the release `to`.
 * @param entered the attributes in pyproject.toml, by package
 */
export function outdatedAttributes(entered: ReadonlyMap<string, string>, from?: string, to?: string): Set<string> {
  if (from === undefined || to === undefined) return new Set();
  const changed = [...entered].filter(([name, attribute]) => {
    const [was, is] = [from, to].map(release => attributeOf(name, release));
    return attribute === was && was !== is;
  });
  return new Set(changed.map(([name]) => name));
}

/** A project as it is to be, and what to clean up in its pyproject.toml. */
export interface Updated {
  readonly project: Project;
  /** The packages whose attribute in pyproject.toml is renamed or gone in the pinned nixpkgs. */
  readonly outdated: ReadonlySet<string>;
}

/**
 * Plans an update; packages that need an attribute with the pinned nixpkgs get it in pyproject.toml.
 * @param versions with the steps for the files that are its users' own, see `planTheirs`
 */
export function planUpdate({ project, outdated }: Updated, versions: Versions & { readonly theirs?: Plan }): MergePlan {
  const { attributes } = project;
  const { plan: merging, ...merge } = planMerge(versions, mergers);
  const steps = [...merging, ...(versions.theirs ?? [])];
  const merged = { ...merge, plan: withRecord(steps, merge.record, versions.found.get(recordPath)) };
  if (merged.conflicts.includes(pyproject)) return merged;
  const plan = merged.plan.map(step => {
    if (step.path !== pyproject || step.after === undefined || step.before === undefined) return step;
    const parsed = parsePyproject(step.after, pyproject);
    const document = [...outdated].reduce(removeAttribute, parsed);
    const missing = [...attributes].filter(([name]) => !document.attributes.has(name));
    // Where nothing is inserted, it need not be parsed again.
    const after =
      missing.length === 0 ? document.text : editPyproject(document, insertAttributes(document, missing)).text;
    if (after === step.after) return step;
    return { ...step, action: after === step.before ? 'identical' : 'merge', after } as const;
  });
  return { ...merged, plan };
}

/**
 * Plans a change of the services: only files that differ between the two states are touched.
 * @param before what is generated with the old services, `after` with the new ones
 * @param base the last generated state; `found` has the paths of all three, and the record
 */
export function planServices(
  before: Rendered,
  after: Rendered,
  { base, found, deletable }: Omit<Versions, 'generated'>,
): MergePlan {
  const touched = new Set([...before.keys(), ...after.keys()].filter(path => before.get(path) !== after.get(path)));
  const part = (texts: Rendered): Rendered => new Map([...texts].filter(([path]) => touched.has(path)));
  const { plan, record, ...merge } = planMerge({ base: part(base), generated: part(after), found, deletable }, mergers);
  const all = new Map([...[...base].filter(([path]) => !touched.has(path)), ...record]);
  return { ...merge, plan: withRecord(plan, all, found.get(recordPath)), record: all };
}
