import { releaseOfPin } from '../catalog/releases.ts';
import { additions, addPackages } from '../pyproject/edit-packages.ts';
import { checkPackages } from '../model/check-packages.ts';
import { badRequest, type ExitCode } from '../errors/failure.ts';
import { checkShadowing, moduleOf } from '../model/name.ts';
import { readPyproject } from '../pyproject/pyproject.ts';
import { readRequirementTexts } from '../packaging/requirement.ts';
import type { Request } from './request.ts';
import { queryAvailability } from '../load/query-availability.ts';
import { openListing, writeListing } from './edit-pyproject.ts';
import { readLockedPin } from '../load/project-pin.ts';
import { readRequirementsFile } from '../load/requirements.ts';
import type { Context } from '../load/context.ts';

/** `add`: lists packages in the pyproject.toml of the project that somebody is in. */
export async function runAdd(request: Request, context: Context): Promise<ExitCode> {
  const { positionals, requirements: requirementsFile } = request;
  if (positionals.length === 0 && requirementsFile === undefined) {
    throw badRequest('add needs a package.', "Name one, as in: nix-python-container add requests 'redis>=4'");
  }
  const opened = await openListing(request, context);
  const { project, listing } = opened;
  const { values } = project.stored;
  const pyproject = readPyproject(listing.text, listing.file);
  const python = pyproject.python ?? String(values.python);
  const warnings: string[] = [];
  const carried =
    requirementsFile === undefined ? [] : readRequirementsFile(requirementsFile, python, context.folder, warnings);
  const requirements = readRequirementTexts([...positionals, ...carried]);
  const asked = requirements.map(({ name }) => name);
  const refused = { where: 'packages', hint: 'A project can have the one or the other.' };
  checkShadowing(project.name, asked, refused);
  for (const name of project.stored.services) {
    checkShadowing(name, asked, { ...refused, file: `${moduleOf(name)}/` });
  }

  const nixpkgs = String(values.nixpkgs);
  const pin = readLockedPin(project.folder, nixpkgs);
  const against = {
    pin,
    python,
    release: releaseOfPin(pin, nixpkgs)?.name,
    entered: pyproject.attributes,
  };
  const kept = additions(listing, requirements).map(({ action }) => action === 'kept');
  const changing = requirements.filter((_, at) => !kept[at]);
  // First without Nix, which may take seconds: what makes no sense is refused at once.
  checkPackages(changing, against);
  const names = changing.map(({ name }) => name);
  const availability = await queryAvailability(names, against, context, warnings);
  const { attributes, versions, warnings: more } = checkPackages(changing, { ...against, availability });
  const changed = addPackages(listing, requirements, attributes);
  return writeListing(opened, { ...changed, versions, warnings: [...warnings, ...more] }, request, context);
}
