import { withMarkedBlock } from '../adopt/marked-block.ts';
import { nameIn } from '../packaging/requirement.ts';
import { basePackages, type Project } from '../model/project.ts';
import { isDevGroup, tableOf, textsOf } from '../packaging/formats/source.ts';
import { withoutByteOrderMark } from '../text/byte-order-mark.ts';
import { applicable } from '../pyproject/applicable.ts';
import { parseToml } from '../pyproject/toml.ts';
import { adoptPyproject, withPython } from '../pyproject/adopt-pyproject.ts';
import { parsePyproject } from '../pyproject/pyproject.ts';
import type { Rendered } from '../render/render.ts';
import type { ExistingFiles, Plan, Step } from './plan.ts';
import type { addedTo } from './theirs.ts';

/** A text with what a project adds to it; the same the second time. */
type Addition = (text: string, generated: string, project: Project) => string;

const additions: Readonly<Record<(typeof addedTo)[number], Addition>> = {
  '.dockerignore': withMarkedBlock,
  '.gitignore': withMarkedBlock,
  'pyproject.toml': (text, _generated, project) =>
    adoptPyproject(text, 'pyproject.toml', {
      ...project,
      runtime: runtimeOf(project),
      removed: removedFrom(text, project),
    }),
};

/** The packages of the app, each once: a user's own requirement for one that every project has replaces the bare name. */
function runtimeOf({ framework, packages }: Project): string[] {
  const named = new Set(packages.map(nameIn));
  return [...basePackages(framework).runtime.filter(name => !named.has(name)), ...packages];
}

/** What its lists have, applies to this Python, and is to be left out. */
function removedFrom(text: string, project: Project): string[] {
  const { value } = parseToml(withoutByteOrderMark(text), 'pyproject.toml');
  const groups = Object.entries(tableOf(value['dependency-groups']))
    .filter(([name]) => isDevGroup(name))
    .flatMap(([, list]) => textsOf(list));
  const listed = [...textsOf(tableOf(value.project).dependencies), ...groups];
  const wanted = new Set([...runtimeOf(project), ...project.development].map(nameIn));
  return applicable(listed, project.python, 'pyproject.toml')
    .map(nameIn)
    .filter(name => !wanted.has(name));
}

/**
 * The steps that add to the files of its users what a project needs there.
 * @param rendered all generated files
 * @param found the texts on disk
 * @param isNew whether the project is being created; later, its lists of packages are its users' own, and only the Python is set
 */
export function planTheirs(rendered: Rendered, found: ExistingFiles, project: Project, isNew: boolean): Plan {
  return Object.entries(additions).flatMap(([path, add]): Step[] => {
    const before = found.get(path);
    if (before === undefined || !project.adopted?.files.includes(path)) return [];
    const after =
      path === 'pyproject.toml' && !isNew
        ? withPython(parsePyproject(before, path), project.python).text
        : add(before, rendered.get(path) ?? '', project);
    return [{ path, action: after === before ? 'identical' : 'merge', before, after }];
  });
}
