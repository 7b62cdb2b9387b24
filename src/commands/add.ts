import { additions, addPackages } from '../pyproject/edit-packages.ts';
import { checkPackages } from '../model/check-packages.ts';
import { badRequest, type ExitCode } from '../errors/failure.ts';
import { checkShadowing, moduleOf } from '../model/name.ts';
import { readPyproject } from '../pyproject/pyproject.ts';
import { readRequirementTexts, type Requirement } from '../packaging/requirement.ts';
import type { Request } from './request.ts';
import type { ExistingProject } from '../load/find-project.ts';
import { queryAvailability } from '../load/query-availability.ts';
import { openListing, writeListing } from './edit-pyproject.ts';
import { readRequirementsFile } from '../load/requirements.ts';
import type { Context } from '../load/context.ts';

/** `add`: adds packages to the pyproject.toml of the project that the current folder is in. */
export async function runAdd(request: Request, context: Context): Promise<ExitCode> {
  const { positionals, requirements: requirementsFile } = request;
  if (positionals.length === 0 && requirementsFile === undefined) {
    throw badRequest('`add` needs a package.', "For example: nix-python-container add requests 'redis>=4'");
  }
  const opened = await openListing(request, context);
  const { project, listing, pin, release } = opened;
  const pyproject = readPyproject(listing.text, listing.file);
  const python = pyproject.python ?? String(project.stored.values.python);
  const warnings: string[] = [];
  const ofFile =
    requirementsFile === undefined ? [] : readRequirementsFile(requirementsFile, python, context.folder, warnings);
  const requirements = readRequirementTexts([...positionals, ...ofFile]);
  refuseShadowed(requirements, project);

  const against = { pin, python, release, entered: pyproject.attributes };
  const kept = additions(listing, requirements).map(({ action }) => action === 'kept');
  const changing = requirements.filter((_, at) => !kept[at]);
  // Without Nix first: that may take seconds, and what is wrong anyway should be said at once.
  checkPackages(changing, against);
  const names = changing.map(({ name }) => name);
  const availability = await queryAvailability(names, against, context, warnings);
  const { attributes, versions, warnings: more } = checkPackages(changing, { ...against, availability });
  const changed = addPackages(listing, requirements, attributes);
  return writeListing(opened, { ...changed, versions, warnings: [...warnings, ...more] }, request, context);
}

/** @throws Failure (exit code 2) if a module of the project has the name of one of these packages */
function refuseShadowed(requirements: readonly Requirement[], { name, stored }: ExistingProject): void {
  const packages = requirements.map(({ name }) => name);
  const options = { where: 'packages', hint: 'A project cannot have both.' };
  checkShadowing(name, packages, options);
  for (const service of stored.services) {
    checkShadowing(service, packages, { ...options, file: `${moduleOf(service)}/` });
  }
}
