import { join } from 'node:path';
import { packageCatalog } from '../catalog/packages.ts';
import { releaseOfPin } from '../catalog/releases.ts';
import { type Change, type Listing, removePackages } from '../pyproject/edit-packages.ts';
import { badRequest, type ExitCode } from '../errors/failure.ts';
import { moduleOf } from '../model/name.ts';
import { candidates } from '../model/package-names.ts';
import { readPyproject } from '../pyproject/pyproject.ts';
import { formatRequirement, nameIn, quote, readRequirementTexts } from '../packaging/requirement.ts';
import type { ExistingProject } from '../load/find-project.ts';
import type { Request } from './request.ts';
import { openListing, writeListing } from './edit-pyproject.ts';
import { readLockedPin } from '../load/project-pin.ts';
import { readTextIfExists } from '../fs/text-file.ts';
import type { Context } from '../load/context.ts';

/** `remove`: takes packages off the pyproject.toml of the project that somebody is in. */
export async function runRemove(request: Request, context: Context): Promise<ExitCode> {
  if (request.positionals.length === 0) {
    throw badRequest('remove needs the name of a package.', 'Name one, as in: nix-python-container remove requests');
  }
  const names = readRequirementTexts(request.positionals).map(requirement => {
    if (formatRequirement(requirement) === requirement.name) return requirement.name;
    throw badRequest(
      `${quote(formatRequirement(requirement))} is more than a name.`,
      `Write ${requirement.name} alone.`,
    );
  });
  const opened = await openListing(request, context);
  const { project, listing } = opened;
  const nixpkgs = String(project.stored.values.nixpkgs);
  const pin = readLockedPin(project.folder, nixpkgs);
  const release = releaseOfPin(pin, nixpkgs)?.name;
  // What `add` enters is a candidate of the catalog, whether Nix was asked or not.
  const isOurs = (name: string, attribute: string): boolean =>
    candidates(name, release, packageCatalog()).includes(attribute);
  const changed = removePackages(listing, names, isOurs);
  const warnings = changed.changes.flatMap(change => warningsOf(change, project, listing));
  return writeListing(opened, { ...changed, warnings }, request, context);
}

/** What every project has been written to need, and the file that says so. */
const needed: Readonly<Record<string, (module: string) => string>> = {
  flask: module => `${module}.py`,
  gunicorn: () => 'image/BUILD.bazel',
  pytest: module => `${module}_test.py`,
};

function warningsOf(
  { action, name }: Change,
  { folder, name: project }: ExistingProject,
  { text, file, list }: Listing,
): string[] {
  const other = list === 'dev' ? 'dependencies' : 'dev';
  const elsewhere = readPyproject(text, file)[other].some(text => nameIn(text) === name);
  if (action === 'absent') {
    if (!elsewhere) return [];
    const where =
      other === 'dev' ? 'in the dev group: remove it with --dev' : 'in [project] dependencies: remove it without --dev';
    return [`packages: ${name} is ${where}.`];
  }
  const path = needed[name]?.(moduleOf(project));
  const uses = path !== undefined && new RegExp(`\\b${name}\\b`).test(readTextIfExists(join(folder, path)) ?? '');
  // What the tests need, the runtime list gives them as well.
  const served = elsewhere && (list === 'dev' || name === 'pytest');
  if (!uses || served) return [];
  return [`packages: ${path} still uses ${name}: change it too, or the project will not work.`];
}
