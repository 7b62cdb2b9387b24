import { pipelinePins } from '../catalog/pipelines.ts';
import { type Dialect, dialectOf, rules } from '../catalog/rules.ts';
import { type FileRule, files } from './files.ts';
import type { Rendered } from './plan.ts';
import { basePackages, type Project } from './project.ts';
import { nameIn } from './requirement.ts';
import { template } from './template.ts';

/**
 * Renders a project: the same project gives the same bytes, with no clock, environment or disk but the templates.
 * @param generatorVersion what .yo-rc.json says wrote the files
 */
export function render(project: Project, generatorVersion: string): Rendered {
  const dialect = dialectOf(project.bazel) as Dialect;
  const view = viewOf(project, dialect);
  return new Map(
    files
      .filter(rule => rule.dialect === undefined || rule.dialect === dialect)
      .filter(rule => rule.ci === undefined || project.ci.includes(rule.ci))
      .map(rule => [rule.path.replace('%', project.module), renderFile(rule, project, view, generatorVersion)]),
  );
}

/** Renders the pipelines alone, for a project whose other files are there already. */
export function renderPipelines(
  ci: readonly string[],
  project: Pick<Project, 'name' | 'module' | 'bazel' | 'remoteCache'>,
): Rendered {
  const view = { ...project, bzlmod: dialectOf(project.bazel) === 'bzlmod', ...pipelineView() };
  const wanted = files.filter(rule => rule.ci !== undefined && ci.includes(rule.ci));
  return new Map(wanted.map(rule => [rule.path, template(rule.template as string)(view)]));
}

function renderFile(rule: FileRule, project: Project, view: object, generatorVersion: string): string {
  if (rule.json) return `${JSON.stringify(rule.json(project, generatorVersion), undefined, 2)}\n`;
  return template(rule.template as string)(view);
}

/** What the templates see. */
function viewOf(project: Project, dialect: Dialect): object {
  const bzlmod = dialect === 'bzlmod';
  return {
    ...project,
    ...pipelineView(),
    bzlmod,
    rules: bzlmod ? rules().bzlmod.modules : rules().workspace.archives,
    requirements: requirementsOf(project),
    attributes: [...project.attributes].sort(([a], [b]) => (a < b ? -1 : 1)),
    bazelAttribute: `bazel_${project.bazel}`,
    flakeUrl: flakeUrl(project),
  };
}

/** What pipelines take from others: actions as `name@commit  # version`, and images. */
function pipelineView(): object {
  const { actions, images } = pipelinePins();
  const written = Object.entries(actions).map(([key, { name, version, commit }]) => [
    key,
    `${name}@${commit}  # ${version}`,
  ]);
  return { pinned: Object.fromEntries(written), images };
}

/** The requirements of pyproject.toml, by name; a user's own line for flask replaces the bare one. */
function requirementsOf({ packages }: Project): string[] {
  const named = new Set(packages.map(nameIn));
  const base = basePackages.runtime.filter(name => !named.has(name));
  return [...base, ...packages].sort((a, b) => (nameIn(a) < nameIn(b) ? -1 : 1));
}

/** The input of flake.nix, in the form whose parse is the `original` of flake.lock. */
function flakeUrl({ pin: { original } }: Project): string {
  if (original.type === 'tarball') return '';
  return [`github:${original.owner}/${original.repo}`, original.ref ?? original.rev].filter(Boolean).join('/');
}
