import { badRequest, type ExitCode, failed } from '../errors/failure.ts';
import type { Context } from '../load/context.ts';
import { type ExistingProject, isLocked } from '../load/find-project.ts';
import { queryAvailability } from '../load/query-availability.ts';
import { readRequirementsFiles, testToolsWarning } from '../load/requirements.ts';
import type { Answers } from '../model/questions.ts';
import type { AskedOf } from '../model/availability.ts';
import { checkPackages } from '../model/check-packages.ts';
import { checkShadowing, moduleOf } from '../model/name.ts';
import { describeFaults, type PackageFault } from '../model/package-faults.ts';
import type { Adjustment } from '../model/pins-policy.ts';
import { formatRequirement, readRequirementTexts, type Requirement } from '../packaging/requirement.ts';
import { additions, addPackages } from '../pyproject/edit-packages.ts';
import type { ListName } from '../pyproject/pyproject.ts';
import { openPyproject, writePyproject } from './edit-pyproject.ts';
import { refusePolicy, type Request } from './request.ts';

/** `add`: lists packages in the pyproject.toml of the project that the current folder is in. */
export async function runAdd(request: Request, context: Context): Promise<ExitCode> {
  const { positionals, requirements: files } = request;
  if (positionals.length === 0 && files.length === 0) {
    throw badRequest('`add` needs a package.', "For example: nix-python-container add requests 'redis>=4'");
  }
  const opened = await openPyproject(request, context);
  const { project, document, list, pin, release } = opened;
  const python = document.python ?? String(project.stored.values.python);
  const warnings: string[] = [];
  const carried =
    files.length === 0
      ? []
      : await listedIn(
          files,
          list,
          { python, packagesFrom: isLocked(project) ? 'pypi' : 'nixpkgs' },
          context,
          warnings,
        );
  const asked = readRequirementTexts([...positionals, ...carried]);
  refuseShadowing(project, asked);

  if (isLocked(project)) {
    refusePolicy('pypi', request);
    return writePyproject(opened, { ...addPackages(document, list, asked, new Map()), warnings }, request, context);
  }
  const against = { pin, python, release, entered: document.attributes };
  const kept = new Set(
    additions(document, list, asked).flatMap(({ action, name }) => (action === 'kept' ? [name] : [])),
  );
  const changing = asked.filter(({ name }) => !kept.has(name));
  // First without Nix, which may take seconds: what is invalid anyway is refused at once.
  checkPackages(changing, against);
  const overrides = project.files.pathIfExists('nix/overrides.nix');
  const availability =
    pin && changing.length > 0
      ? await queryAvailability(changing, { ...against, pin }, { overrides, warnings }, context)
      : undefined;
  const { faults } = checkPackages(changing, { ...against, availability });
  const { requirements, adjustments } = await settle(asked, faults, against, request, context);
  const settled = requirements.filter(({ name }) => !kept.has(name));
  const { attributes, warnings: more, ...checked } = checkPackages(settled, { ...against, availability });
  const changed = addPackages(document, list, requirements, attributes);
  const { versions, versionsOf } = checked;
  const result = { ...changed, versions, versionsOf, adjustments, warnings: [...warnings, ...more] };
  return writePyproject(opened, result, request, context);
}

/** The packages in files that belong in a list: in `dev` all of them, where none are said to be for development. */
async function listedIn(
  files: readonly string[],
  list: ListName,
  target: Pick<Answers, 'python' | 'packagesFrom'>,
  { folder }: Context,
  warnings: string[],
): Promise<readonly string[]> {
  const listed = await readRequirementsFiles(files, target, folder, warnings);
  if (list === 'dev') return listed.dev.length > 0 ? listed.dev : listed.runtime;
  warnings.push(...testToolsWarning(listed));
  if (listed.dev.length > 0) {
    warnings.push(
      `Not added, as they are for development: ${listed.dev.join(', ')}. Add them with --dev and the same --requirements.`,
    );
  }
  return listed.runtime;
}

/** @throws Failure (exit code 2) if a module of the project would hide one of the packages */
function refuseShadowing({ name, stored }: ExistingProject, requirements: readonly Requirement[]): void {
  const packages = requirements.map(requirement => requirement.name);
  const refused = { where: 'packages', hint: 'A project cannot have both.' };
  checkShadowing(name, packages, refused);
  for (const service of stored.services) {
    checkShadowing(service, packages, { ...refused, file: `${moduleOf(service)}/` });
  }
}

/**
 * What to list of packages that nixpkgs does not have as they are required.
 * @throws Failure (exit code 1) if neither `--force` nor a policy says so; nothing is written then
 */
async function settle(
  requirements: readonly Requirement[],
  faults: readonly PackageFault[],
  asked: AskedOf,
  request: Request,
  context: Context,
): Promise<{ requirements: readonly Requirement[]; adjustments: readonly Adjustment[] }> {
  if (faults.length === 0 || request.on.has('force')) return { requirements, adjustments: [] };
  if (request.pins === undefined && !request.on.has('skip-missing')) {
    throw failed(
      describeFaults(faults, asked).join('\n'),
      'Nothing was changed. --force adds it all the same; --pins and --skip-missing say what to do with several. ' +
        'PyPI may have it: nix-python-container update --packages-from pypi.',
      undefined,
      faults,
    );
  }
  const { applyPolicy } = await import('./package-policy.ts');
  const settled = await applyPolicy(requirements.map(formatRequirement), faults, request, context, {});
  // Without a prompter it is never the choice to take packages from PyPI.
  if (settled === 'pypi') return { requirements, adjustments: [] };
  const { packages, adjustments } = settled;
  return { requirements: readRequirementTexts(packages), adjustments };
}
