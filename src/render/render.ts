import { pipelinePins } from '../catalog/pipelines.ts';
import { type Dialect, dialectOf, rules } from '../catalog/rules.ts';
import { type FileRule, files, pathOf } from './files.ts';
import { referenceOf } from '../pin/pin.ts';
import { includesOf, type Provider, slugOf } from '../model/ci-providers.ts';
import { basePackages, type Project } from '../model/project.ts';
import { nameIn } from '../packaging/requirement.ts';
import { template } from './template.ts';
import type { PipelineView, pipelineAnswers, View } from './view.ts';

/** The generated files: text by path from the project's folder (with `/`, never leading; only pipelines may start with `../`). */
export type Rendered = ReadonlyMap<string, string>;

/**
 * Renders a project. The output depends on nothing but the arguments and the templates.
 * @param generatorVersion the version to record in .yo-rc.json
 */
export function render(project: Project, generatorVersion: string): Rendered {
  const dialect = dialectOf(project.bazel) as Dialect;
  const view = viewOf(project);
  return new Map(
    files
      .filter(rule => rule.dialect === undefined || rule.dialect === dialect)
      .filter(rule => rule.packagesFrom === undefined || rule.packagesFrom === project.packagesFrom)
      .filter(rule => rule.ci === undefined || project.ci.includes(rule.ci))
      .flatMap(rule =>
        (rule.service ? project.services : [project]).map(({ name, module }) => {
          const own = rule.service ? { ...view, ...serviceView(name, module) } : view;
          return [
            pathOf(rule, project.place).replaceAll('%', module),
            renderFile(rule, project, own, generatorVersion),
          ] as const;
        }),
      ),
  );
}

/**
 * Renders a project as it is recorded and merged: with the packages that every project has and no others, since the lists in
 * pyproject.toml belong to the users.
 */
export const renderWithoutPackages = (project: Project, generatorVersion: string): Rendered =>
  render({ ...project, packages: [], development: basePackages.development, attributes: new Map() }, generatorVersion);

/** What pipelines need to know of a project. */
type PipelineProject = Pick<PipelineView, (typeof pipelineAnswers)[number] | 'module' | 'services' | 'place'>;

/** Renders only the CI pipelines of an existing project. */
export function renderPipelines(ci: readonly Provider[], project: PipelineProject): Rendered {
  const view = pipelineViewOf(project);
  const wanted = files.filter(rule => rule.ci !== undefined && ci.includes(rule.ci));
  return new Map(wanted.map(rule => [pathOf(rule, project.place), template(rule.template as string)(view)]));
}

/** Renders the files in the repository's root that include the pipelines of a project in a subfolder. */
export const renderIncluding = (ci: readonly Provider[], project: PipelineProject): Rendered =>
  new Map(
    includesOf(ci, project.place).map(({ provider, file }) => [
      file,
      template(`ci/${provider}-root.yml`)(pipelineViewOf(project)),
    ]),
  );

function renderFile(rule: FileRule, project: Project, view: View, generatorVersion: string): string {
  if (rule.json) return `${JSON.stringify(rule.json(project, generatorVersion), undefined, 2)}\n`;
  return template(rule.template as string)(view);
}

/** The view of a project. */
export function viewOf(project: Project): View {
  return {
    ...project,
    ...pipelineViewOf(project),
    folder: '',
    within: '',
    importable: project.module,
    modules: rules().bzlmod.modules,
    archives: rules().workspace.archives,
    requirements: requirementsOf(project),
    attributes: [...project.attributes].sort(([a], [b]) => (a < b ? -1 : 1)),
    bazelAttribute: `bazel_${project.bazel}`,
    flakeUrl: referenceOf(project.pin.original),
  };
}

/** What the view of a further service has in place of the project's first one. */
const serviceView = (
  name: string,
  module: string,
): Pick<View, 'name' | 'module' | 'folder' | 'within' | 'importable'> => ({
  name,
  module,
  folder: module,
  within: `${module}/`,
  importable: `${module}.app`,
});

/** The view of a project's CI pipelines. */
export function pipelineViewOf(project: PipelineProject): PipelineView {
  const { module, services, bazel, place } = project;
  const { actions, images } = pipelinePins();
  const labels = [`//:${module}_image`, ...services.map(service => `//${service.module}:${service.module}_image`)];
  return {
    ...project,
    bzlmod: dialectOf(bazel) === 'bzlmod',
    pinned: mapValues(actions, ({ name, version, commit }) => `${name}@${commit}  # ${version}`),
    runner: images,
    images: labels.join(' '),
    slug: slugOf(place),
    below: place === '' ? '' : `${place}/`,
  };
}

/** The requirements in pyproject.toml, sorted by name; a user's requirement for flask replaces the bare one. */
function requirementsOf({ packages }: Project): string[] {
  const named = new Set(packages.map(nameIn));
  const base = basePackages.runtime.filter(name => !named.has(name));
  return [...base, ...packages].sort((a, b) => (nameIn(a) < nameIn(b) ? -1 : 1));
}

const mapValues = <Key extends string, From, To>(
  record: Readonly<Record<Key, From>>,
  map: (value: From) => To,
): Record<Key, To> =>
  Object.fromEntries(Object.entries<From>(record).map(([key, value]) => [key, map(value)])) as Record<Key, To>;
