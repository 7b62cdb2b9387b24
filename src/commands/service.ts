import { readExisting } from '../fs/read-existing.ts';
import { badRequest, ExitCode, failed } from '../errors/failure.ts';
import type { ExistingFiles, Rendered } from '../plan/plan.ts';
import { recordPath } from '../plan/record.ts';
import { renderWithoutPackages } from '../render/render.ts';
import { parseServices, type Service } from '../model/services.ts';
import { planServices } from '../plan/plan-update.ts';
import { changes, describePlan } from '../terminal/output.ts';
import { type ExistingProject, findProject, recoverAround } from '../load/find-project.ts';
import type { Request } from './request.ts';
import { reportConflicts, readRecordIn, refuseConflictMarkers, markConflicts } from './merge-report.ts';
import { listedSteps, jsonDocument } from './json-output.ts';
import { loadProject } from '../load/load-project.ts';
import { version } from '../load/generator-version.ts';
import type { Context } from '../load/context.ts';
import { write } from './write-plan.ts';

/** `service`: puts further apps into the workspace of a project, which share its packages and its pin, or takes them away. */
export async function runService(request: Request, context: Context): Promise<ExitCode> {
  const dry = request.on.has('dry-run');
  if (!dry) await recoverAround(context.folder);
  const existing = findProject(context.folder);
  const { folder, name, stored } = existing;
  const removing = request.on.has('remove');
  const named = namedIn(request, name);
  const old = parseServices(stored.services, name, `.yo-rc.json: services`);
  const has = ({ name }: Service): boolean => old.some(other => other.name === name);
  const services = removing
    ? old.filter(({ name }) => !named.some(other => other.name === name))
    : parseServices(
        [...old, ...named].map(({ name }) => name),
        name,
      );
  const warnings = named
    .filter(service => has(service) !== removing)
    .map(({ name }) => (removing ? `There is no service ${name}.` : `The service ${name} is there already.`));

  refuseOther(existing);
  const last = await readRecordIn(folder);
  const render = async (services: readonly Service[]): Promise<Rendered> => {
    const wanted = { values: {}, base: last, services: services.map(({ name }) => name), queryPackages: false };
    return renderWithoutPackages((await loadProject(existing, wanted, context)).project, version());
  };
  const [before, after] = [await render(old), await render(services)];
  const base = last ?? before;
  const found = await readExisting(folder, new Set([...before.keys(), ...after.keys(), ...base.keys(), recordPath]));
  refuseConflictMarkers(folder, found);
  refuseTaken(before, after, base, found);
  const { plan, conflicts, left } = planServices(before, after, { base, found });
  warnings.push(...left.map(path => `${path} stays, as it was changed: remove it if it is of no use.`));

  const steps = markConflicts(await write({ target: folder, plan, warnings }, request, context, {}), conflicts);
  if (request.on.has('json')) {
    const shown = listedSteps(steps);
    const names = services.map(({ name }) => name);
    context.stdout.write(
      jsonDocument({ target: folder, written: !dry, services: names, warnings, steps: shown, conflicts }),
    );
  } else {
    context.stdout.write(describePlan(steps, context.stdout));
  }
  if (dry) return ExitCode.done;
  const added = removing ? [] : named.filter(service => !has(service));
  if (changes(steps).length === 0) context.stderr.write('Nothing was changed.\n');
  if (added.length > 0) context.stderr.write(nextSteps(added, context));
  return reportConflicts(conflicts, context.stderr);
}

function namedIn({ positionals }: Request, project: string): Service[] {
  if (positionals.length > 0) return parseServices(positionals, project, 'service');
  throw badRequest('service needs a name.', 'Name one, as in: nix-python-container service worker');
}

/** @throws Failure (exit code 1) if another version of this generator wrote the project: its files may lack what ours need */
function refuseOther({ folder, stored }: ExistingProject): void {
  if (stored.version === version()) return;
  throw failed(
    `${folder} was written by version ${stored.version ?? 'unknown'} of this generator, and this is ${version()}.`,
    'Bring it up to date first: nix-python-container update',
  );
}

/** @throws Failure (exit code 2) if a new service has files that somebody else wrote */
function refuseTaken(before: Rendered, after: Rendered, base: Rendered, found: ExistingFiles): void {
  const taken = [...after.keys()].find(path => !before.has(path) && !base.has(path) && found.has(path));
  if (taken === undefined) return;
  throw badRequest(`${taken} is there already, and not from here.`, 'Choose another name, or move it away.');
}

function nextSteps(services: readonly Service[], { stderr }: Context): string {
  const commands = services.flatMap(({ module }) => [
    `nix-shell --run 'bazel test //${module}/...'`,
    `nix-shell --run 'bazel run //${module}'`,
    `nix-shell --run 'bazel run //${module}:${module}_image'`,
  ]);
  return `\nNext:\n${commands.map(command => `  ${stderr.colors.cyan(command)}\n`).join('')}`;
}
