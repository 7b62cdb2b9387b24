import { badRequest, ExitCode, failed } from '../errors/failure.ts';
import type { ExistingFiles } from '../plan/plan.ts';
import type { MergePlan } from '../plan/plan-merge.ts';
import { recordPath } from '../plan/record.ts';
import { withoutTheirs } from '../plan/theirs.ts';
import type { Project } from '../model/project.ts';
import { type Rendered, renderWithoutPackages } from '../render/render.ts';
import { parseServices, type Service } from '../model/services.ts';
import { planServices } from '../plan/plan-update.ts';
import { changes, describePlan } from '../terminal/output.ts';
import { answersFile, type ExistingProject, findProject, recoverAround } from '../load/find-project.ts';
import type { Request } from './request.ts';
import { reportConflicts, readLastGenerated, refuseConflictMarkers, markConflicts } from './merge-report.ts';
import { listedSteps, printResult } from './json-output.ts';
import { changeProject, loadProject } from '../load/load-project.ts';
import { version } from '../load/generator-version.ts';
import { nextSteps } from './next-steps.ts';
import type { Context } from '../load/context.ts';
import { writePlan } from './write-plan.ts';

/** `service`: adds apps to the project that the current folder is in, which share its packages and pin, or removes them. */
export async function runService(request: Request, context: Context): Promise<ExitCode> {
  const dryRun = request.on.has('dry-run');
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
  const services = change.after.map(({ name }) => name);
  printResult(request, context, {
    text: describePlan(changes(steps), context.stdout),
    json: { target, written: !dryRun, services, warnings, steps: listedSteps(steps), conflicts },
  });
  if (dryRun) return ExitCode.done;
  if (changes(steps).length === 0) context.stderr.write('Nothing was changed.\n');
  if (change.added.length > 0) context.stderr.write(nextSteps(target, change.added.flatMap(commandsFor), context));
  return reportConflicts(conflicts, context.stderr);
}

/** The services of a project, before and after. */
interface ServiceChange {
  readonly before: readonly Service[];
  readonly after: readonly Service[];
  readonly added: readonly Service[];
  readonly warnings: readonly string[];
}

function changeOf({ on, positionals }: Request, { name: project, stored }: ExistingProject): ServiceChange {
  if (positionals.length === 0) {
    throw badRequest('`service` needs a name.', 'For example: nix-python-container service worker');
  }
  const named = parseServices(positionals, project, 'service');
  const before = parseServices(stored.services, project, `${answersFile}: services`);
  const exists = ({ name }: Service): boolean => before.some(other => other.name === name);
  if (on.has('remove')) {
    const after = before.filter(({ name }) => !named.some(other => other.name === name));
    const unknown = named.filter(service => !exists(service));
    return { before, after, added: [], warnings: unknown.map(({ name }) => `There is no service named ${name}.`) };
  }
  const after = parseServices(
    [...before, ...named].map(({ name }) => name),
    project,
  );
  const known = named.filter(exists);
  const added = named.filter(service => !exists(service));
  return { before, after, added, warnings: known.map(({ name }) => `The service ${name} already exists.`) };
}

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
  const recorded = await readLastGenerated(project.files);
  const services = change.after.map(({ name }) => name);
  const changed = await changeProject(loadProject(project, recorded), { services, askNix: false }, context);
  const { adopted } = changed.project;
  const own = (state: Project): Rendered => withoutTheirs(renderWithoutPackages(state, version()), adopted);
  const before = own({ ...changed.project, services: change.before });
  const after = own(changed.project);
  const base = recorded ?? before;
  const paths = new Set([...before.keys(), ...after.keys(), ...base.keys(), recordPath]);
  const found = await project.files.existing(paths);
  refuseConflictMarkers(project.folder, found);
  refuseTaken(before, after, base, found);
  return planServices(before, after, { base, found });
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

const commandsFor = ({ module }: Service): string[] => [
  `nix-shell --run 'bazel test //${module}/...'`,
  `nix-shell --run 'bazel run //${module}'`,
  `nix-shell --run 'bazel run //${module}:${module}_image'`,
];
