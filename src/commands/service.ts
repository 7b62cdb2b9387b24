import { frameworks } from '../catalog/frameworks.ts';
import { didYouMean } from '../text/suggest.ts';
import { badRequest, ExitCode, failed } from '../errors/failure.ts';
import type { ExistingFiles } from '../plan/plan.ts';
import type { MergePlan } from '../plan/plan-merge.ts';
import { recordPath } from '../plan/record.ts';
import { withoutTheirs } from '../plan/theirs.ts';
import { type Rendered, renderWithoutPackages } from '../render/render.ts';
import { moduleOf, normalName, renaming } from '../model/name.ts';
import { lineOf, parseProcesses, type Process } from '../model/processes.ts';
import { type Project, storedFramework } from '../model/project.ts';
import { parseServices, type Service } from '../model/services.ts';
import { planServices } from '../plan/plan-update.ts';
import { prose } from '../terminal/messages.ts';
import { changes, describeWritten } from '../terminal/output.ts';
import { answersFile, type ExistingProject, findProject, recoverAround } from '../load/find-project.ts';
import { printEnding } from './ending.ts';
import { testEverything } from './next-steps.ts';
import { type Request, showsAll } from './request.ts';
import { reportConflicts, refuseConflictMarkers, markConflicts } from './merge-report.ts';
import { deletablePaths, readLastGenerated } from '../load/last-generated.ts';
import { listedSteps, printResult } from './json-output.ts';
import { changeProject, loadProject } from '../load/load-project.ts';
import { version } from '../load/generator-version.ts';
import type { Context } from '../load/context.ts';
import { writePlan } from './write-plan.ts';

/**
 * `service`: adds apps to the project that the current folder is in, which share its packages and pin, or further processes of
 * its code; or removes them.
 */
export async function runService(request: Request, context: Context): Promise<ExitCode> {
  const { on, positionals } = request;
  const dryRun = on.has('dry-run');
  if (!dryRun) await recoverAround(context.folder);
  const project = findProject(context.folder);
  const change = changeOf(request, project);
  refuseOtherVersion(project);
  const { plan, conflicts, kept } = await planChange(change, project, context);
  const warnings = [
    ...change.warnings,
    ...kept.map(
      path => `${path} is no longer generated; kept because you changed it. Remove it if you do not need it.`,
    ),
  ];

  const { folder: target } = project;
  const steps = markConflicts(await writePlan({ target, plan, warnings }, request, context), conflicts);
  const services = change.after.services.map(({ name }) => name);
  const processes = linesOf(change.after.processes);
  printResult(request, context, {
    text: describeWritten(changes(steps), context.stdout, showsAll(request)),
    json: { target, written: !dryRun, services, processes, warnings, steps: listedSteps(steps), conflicts },
  });
  if (!on.has('json')) {
    const renamed = positionals.map(typed => renaming(typed, normalName(typed, 'service'))).join('');
    if (renamed !== '') context.stderr.write(`${prose(renamed.trimEnd(), context.stderr)}\n`);
  }
  await printEnding({ target, plan: steps, warnings, next: change.next }, request, context);
  if (dryRun) return ExitCode.done;
  return reportConflicts(conflicts, context.stderr);
}

/** The services and processes that a project has beside its own app. */
type Members = Pick<Project, 'services' | 'processes'>;

/** A change of them. */
interface ServiceChange {
  readonly before: Members;
  readonly after: Members;
  /** The commands to run next. */
  readonly next: readonly string[];
  readonly warnings: readonly string[];
}

function changeOf(request: Request, project: ExistingProject): ServiceChange {
  const { on, positionals, line } = request;
  if (positionals.length === 0) {
    throw badRequest('`service` needs a name.', 'For example: nix-python-container service worker');
  }
  const { name, stored } = project;
  const services = parseServices(stored.services, name, `${answersFile}: services`);
  const before = { services, processes: parseProcesses(stored.processes, name, services, `${answersFile}: processes`) };
  if (on.has('remove')) return removed(before, request);
  return line === undefined ? addedServices(before, request, project) : addedProcess(before, line, request, project);
}

/** @throws Failure (exit code 2) for a name that cannot be one or that there is not, and with `--command` */
function removed({ services, processes }: Members, { positionals, line }: Request): ServiceChange {
  if (line !== undefined) throw badRequest('--remove takes no --command.', 'Leave it out.');
  const names = new Set(positionals.map(text => normalName(text, 'service')));
  const stays = ({ name }: { readonly name: string }): boolean => !names.has(name);
  const after = { services: services.filter(stays), processes: processes.filter(stays) };
  const known = new Set([...services, ...processes].map(({ name }) => name));
  const unknown = [...names].filter(name => !known.has(name));
  if (unknown.length > 0) {
    const guesses = unknown.map(name => didYouMean(name, [...known]).trim()).filter(Boolean);
    const existing = known.size > 0 ? `The project has ${[...known].join(', ')}.` : 'The project has none.';
    throw badRequest(
      `There is no service or process named ${unknown.join(', ')}.`,
      [...guesses, existing, 'Nothing was changed.'].join(' '),
    );
  }
  return { before: { services, processes }, after, next: [testEverything], warnings: [] };
}

/** @throws Failure (exit code 2) for a name that cannot be a module's or is taken, and if nothing is generated for the framework */
function addedServices(before: Members, { positionals }: Request, { name, stored }: ExistingProject): ServiceChange {
  const framework = storedFramework(stored.values);
  if (!frameworks()[framework].service) {
    throw badRequest(
      `A project with ${frameworks()[framework].label} has no further apps.`,
      "To run another command of its code: nix-python-container service NAME --command 'COMMAND'",
    );
  }
  const named = parseServices(positionals, name, 'service', 'folder');
  const exists = (one: Service): boolean => before.services.some(other => other.name === one.name);
  const services = parseServices(
    [...before.services, ...named].map(service => service.name),
    name,
  );
  const processes = parseProcesses(linesOf(before.processes), name, services, 'service');
  const added = named.filter(service => !exists(service));
  return {
    before,
    after: { services, processes },
    next: added.flatMap(({ module }) => [
      `nix-shell --run 'bazel test //${module}/...'`,
      `nix-shell --run 'bazel run //${module}'`,
      `nix-shell --run 'bazel run //${module}:${module}_image'`,
    ]),
    warnings: named.filter(exists).map(service => `The service ${service.name} already exists.`),
  };
}

/** @throws Failure (exit code 2) for more than one name, a name that is taken, or a command that would need a shell */
function addedProcess(
  before: Members,
  line: string,
  { positionals }: Request,
  { name }: ExistingProject,
): ServiceChange {
  if (positionals.length > 1) {
    throw badRequest('--command is for one process, but there are several names.', 'Add them one by one.');
  }
  const added = normalName(positionals[0] ?? '', 'service');
  const { services } = before;
  const lines = linesOf(before.processes);
  const processes = parseProcesses({ ...lines, [added]: line }, name, services, 'service');
  const target = moduleOf(added);
  const isSame = lines[added] === linesOf(processes)[added];
  return {
    before,
    after: { services, processes },
    next: isSame ? [] : [`nix-shell --run 'bazel run //:${target}'`, `nix-shell --run 'bazel run //:${target}_image'`],
    warnings: isSame ? [`The process ${added} already exists.`] : [],
  };
}

/** The commands of processes, by their names. */
const linesOf = (processes: readonly Process[]): Record<string, string> =>
  Object.fromEntries(processes.map(process => [process.name, lineOf(process)]));

/** @throws Failure (exit code 1) if another version of this generator wrote the project: its files may lack what services need */
function refuseOtherVersion({ folder, stored }: ExistingProject): void {
  if (stored.version === version()) return;
  throw failed(
    `${folder} was written by version ${stored.version ?? 'unknown'} of this generator, but this is version ${version()}.`,
    'Update it first: nix-python-container update',
  );
}

/** Renders the project with the old and the new services, and plans to merge the difference. */
async function planChange(change: ServiceChange, project: ExistingProject, context: Context): Promise<MergePlan> {
  const recorded = await readLastGenerated(project);
  const services = change.after.services.map(({ name }) => name);
  const processes = linesOf(change.after.processes);
  const loaded = loadProject(project, recorded);
  const changed = await changeProject(loaded, { services, processes, askNix: false }, context);
  const { adopted } = changed.project;
  const own = (state: Project): Rendered => withoutTheirs(renderWithoutPackages(state, version()), adopted);
  const before = own({ ...changed.project, ...change.before });
  const after = own(changed.project);
  const base = recorded ?? before;
  const paths = new Set([...before.keys(), ...after.keys(), ...base.keys(), recordPath]);
  const found = await project.files.existing(paths);
  refuseConflictMarkers(project.folder, found);
  refuseTaken(before, after, base, found);
  return planServices(before, after, { base, found, deletable: deletablePaths(project) });
}

/** @throws Failure (exit code 2) if a new service needs a path at which there is a file that was not generated */
function refuseTaken(before: Rendered, after: Rendered, base: Rendered, found: ExistingFiles): void {
  const taken = [...after.keys()].find(path => !before.has(path) && !base.has(path) && found.has(path));
  if (taken === undefined) return;
  throw badRequest(
    `${taken} already exists, and was not generated.`,
    'Choose another name for the service, or move the file away.',
  );
}
