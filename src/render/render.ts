import { notInApp, notInWheel } from './app-files.ts';
import { databases } from '../catalog/databases.ts';
import { pipelinePins } from '../catalog/pipelines.ts';
import { frameworks } from '../catalog/frameworks.ts';
import { type Dialect, dialectOf, rules } from '../catalog/rules.ts';
import { allFiles, type FileRule, filesOf, pathOf } from './files.ts';
import { workloadsOf } from '../model/deploy.ts';
import { entryOf, moduleOfApp } from '../model/entry.ts';
import { referenceOf } from '../pin/pin.ts';
import { type Quality, rootOnly } from '../model/quality.ts';
import { includesOf, type Provider, slugOf } from '../model/ci-providers.ts';
import { type Platform, platforms } from '../model/platforms.ts';
import { basePackages, type Project } from '../model/project.ts';
import { nameIn } from '../packaging/requirement.ts';
import { shellQuote } from '../text/shell-quote.ts';
import { template } from './template.ts';
import type { PipelineView, pipelineAnswers, Verbatim, View } from './view.ts';

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
    filesOf(project.framework)
      .filter(rule => rule.dialect === undefined || rule.dialect === dialect)
      .filter(rule => rule.packagesFrom === undefined || rule.packagesFrom === project.packagesFrom)
      .filter(rule => rule.ci === undefined || project.ci.includes(rule.ci))
      .filter(rule => rule.deploy === undefined || project.deploy.includes(rule.deploy))
      .filter(rule => Number(project.bazel) >= (rule.since ?? 0))
      .filter(rule => rule.quality === undefined || partsOf(project).includes(rule.quality))
      .filter(rule => !rule.ifTheirs || project.adopted?.files.includes(rule.path))
      .filter(rule => !rule.generated || project.app === '')
      .filter(rule => !rule.signed || project.sign !== 'none')
      .filter(rule => !rule.processes || project.processes.length > 0)
      .filter(rule => !rule.served || view.main === undefined)
      .flatMap(rule =>
        (rule.service ? project.services : [project]).map(({ name, module }) => {
          const own = rule.service ? { ...view, ...serviceView(name, module, project) } : view;
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
  render(
    { ...project, packages: [], development: basePackages(project.framework).development, attributes: new Map() },
    generatorVersion,
  );

/** What pipelines need to know of a project. */
type PipelineProject = Pick<
  PipelineView,
  (typeof pipelineAnswers)[number] | 'module' | 'services' | 'processes' | 'place'
>;

/** Renders only the CI pipelines of an existing project. */
export function renderPipelines(ci: readonly Provider[], project: PipelineProject): Rendered {
  const view = pipelineViewOf(project);
  const wanted = allFiles().filter(rule => rule.ci !== undefined && ci.includes(rule.ci));
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
  const folders = project.deploy.includes('kubernetes') ? ['kubernetes'] : [];
  return {
    ...project,
    ...pipelineViewOf(project),
    folder: '',
    within: '',
    ...appView(project, project.app === '' ? frameworks()[project.framework].generated?.main : undefined),
    ...(project.processes.length > 0 ? { appRules: rulesWith(true, project) } : {}),
    commands: project.processes.map(process => ({
      ...process,
      words: process.command.map(starlark),
      args: process.command.map(bazelArgument),
    })),
    workloads: workloadsOf(project),
    databaseImage: project.database === 'none' ? undefined : databases()[project.database].image,
    notInApp: notInApp(folders),
    notInWheel: notInWheel(folders),
    baseImages: baseImagesOf(project.platforms),
    modules: rules().bzlmod.modules,
    archives: rules().workspace.archives,
    requirements: requirementsOf(project),
    attributes: [...project.attributes].sort(([a], [b]) => (a < b ? -1 : 1)),
    bazelAttribute: `bazel_${project.bazel}`,
    flakeUrl: referenceOf(project.pin.original),
  };
}

/** The base image for the machine that builds; for an index, that of each platform. */
const baseImagesOf = (names: readonly Platform[]): View['baseImages'] =>
  names.length === 1
    ? [{ repository: 'nix_image', attribute: 'project.image.oci' }]
    : names.map(name => ({
        repository: `nix_image_${name}`,
        attribute: `project.systems.${platforms[name].system}.image.oci`,
      }));

/** What the view of a further service has in place of the project's first one. */
function serviceView(name: string, module: string, { framework, quality }: Project): Partial<View> {
  const { app = '', main } = frameworks()[framework].service ?? {};
  const entry = entryOf(app.replaceAll('%', module));
  return { name, module, folder: module, within: `${module}/`, ...appView({ framework, entry, quality }, main) };
}

type AppView = Pick<
  View,
  | 'importable'
  | 'main'
  | 'root'
  | 'workdir'
  | 'environment'
  | 'server'
  | 'serverArguments'
  | 'serverLine'
  | 'develop'
  | 'appRules'
>;

/** A string of Starlark; words have no control characters, which it would write in another way than JSON. */
const starlark = (word: string): Verbatim => ({ verbatim: JSON.stringify(word) });

/** The same for the attribute `args`, which Bazel expands and splits as a shell does. */
const bazelArgument = (word: string): Verbatim => starlark(shellQuote(word).replaceAll('$', '$$$$'));

/** The rules of bazel/app.bzl that a package uses, with or without programs. */
const rulesWith = (programs: boolean, { quality }: Pick<Project, 'quality'>): string[] => [
  ...(quality.includes('checks') ? ['app_checks'] : []),
  'app_library',
  ...(programs ? ['app_program'] : []),
  'app_tests',
];

/** What keeps the quality of its code, without what has no effect in a folder of a repository. */
const partsOf = ({ quality, place }: Project): readonly Quality[] =>
  quality.filter(part => place === '' || !Object.hasOwn(rootOnly, part));

/** What templates see of an app. */
function appView(
  project: Pick<Project, 'framework' | 'entry' | 'quality'> & Partial<Project>,
  main: string | undefined,
): AppView {
  const { framework, adopted } = project;
  const { app, root } = project.entry;
  const { interface: kind, develop } = frameworks()[framework];
  const { serverConfig } = adopted ?? {};
  const options = kind === 'asgi' ? ['--worker-class', 'uvicorn.workers.UvicornWorker'] : [];
  const environment = [
    ...(serverConfig === undefined ? [] : [['GUNICORN_CONFIG', `/app/${serverConfig}`]]),
    ...(root === '' ? [] : [['PYTHONPATH', `/app/${root}`]]),
  ].map(pair => pair.map(word => JSON.stringify(word)).join(': '));
  // Python imports from `src` without running in it; an app in any other folder expects to run there.
  const folder = root === '' || root === 'src' ? [] : ['--chdir', root];
  const words = [...options, ...folder, app];
  // uvicorn itself calls no factories with arguments, and needs an option for those without.
  const command =
    kind === 'asgi' && app.endsWith(')') ? `gunicorn --reload --bind 127.0.0.1:5000 ${options.join(' ')} APP` : develop;
  const place = root === '' ? '' : folder.length > 0 ? `cd ${root} && ` : `PYTHONPATH=${root} `;
  const importable = moduleOfApp(app);
  return {
    importable,
    main: main?.replaceAll('%', importable),
    root,
    appRules: rulesWith(main === undefined, project),
    workdir: ['/app', ...folder.slice(1)].join('/'),
    environment: environment.length === 0 ? undefined : { verbatim: `{${environment.join(', ')}}` },
    server: ['gunicorn', ...options, app].map(starlark),
    serverArguments: words.map(bazelArgument),
    serverLine: { verbatim: words.map(shellQuote).join(' ') },
    develop: { verbatim: `${place}${command.replace(/\bAPP\b/, () => shellQuote(app))}` },
  };
}

/** The view of a project's CI pipelines. */
export function pipelineViewOf(project: PipelineProject): PipelineView {
  const { module, services, processes, bazel, place } = project;
  const { actions, images } = pipelinePins();
  const labels = [
    `//:${module}_image`,
    ...services.map(service => `//${service.module}:${service.module}_image`),
    ...processes.map(process => `//:${process.module}_image`),
  ];
  const bzlmod = dialectOf(bazel) === 'bzlmod';
  const further = [
    ...services.map(one => ({ name: one.name, folder: `${one.module}/image`, image: 'image', push: 'push' })),
    ...processes.map(one => ({ name: one.name, folder: 'image', image: one.module, push: `${one.module}_push` })),
  ];
  // rules_oci calls the file after rules_docker's older name.
  const digestFile = (folder: string, image: string): string =>
    `bazel-bin/${folder}/${image}${bzlmod ? '.json.sha256' : '.digest'}`;
  return {
    ...project,
    bzlmod,
    checks: project.quality.includes('checks'),
    joined:
      project.platforms.length > 1 ? project.platforms.map(platform => ({ platform, ...platforms[platform] })) : [],
    pinned: mapValues(actions, ({ name, version, commit }) => `${name}@${commit}  # ${version}`),
    runner: mapValues(images, ({ name, tag, digest }) => `${name}:${tag}@${digest}`),
    images: labels.join(' '),
    furtherImages: further.map(({ name, folder, image, push }) => ({
      name,
      push: `//${folder}:${push}`,
      digestFile: digestFile(folder, image),
    })),
    digests: [{ folder: 'image', image: 'image' }, ...further]
      .map(({ folder, image }) => `//${folder}:${image}.digest`)
      .join(' '),
    digestFile: digestFile('image', 'image'),
    slug: slugOf(place),
    below: place === '' ? '' : `${place}/`,
  };
}

/** The requirements in pyproject.toml, sorted by name; a user's requirement for the framework replaces the bare one. */
function requirementsOf({ packages, framework }: Project): string[] {
  const named = new Set(packages.map(nameIn));
  const base = basePackages(framework).runtime.filter(name => !named.has(name));
  return [...base, ...packages].sort((a, b) => (nameIn(a) < nameIn(b) ? -1 : 1));
}

const mapValues = <Key extends string, From, To>(
  record: Readonly<Record<Key, From>>,
  map: (value: From) => To,
): Record<Key, To> =>
  Object.fromEntries(Object.entries<From>(record).map(([key, value]) => [key, map(value)])) as Record<Key, To>;
