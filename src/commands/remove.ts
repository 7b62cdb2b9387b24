import { type Change, removePackages } from '../pyproject/edit-packages.ts';
import { badRequest, type ExitCode } from '../errors/failure.ts';
import { moduleOf } from '../model/name.ts';
import { everyProject, storedFramework } from '../model/project.ts';
import { candidates } from '../model/package-names.ts';
import type { ListName, PyprojectDocument } from '../pyproject/pyproject.ts';
import { formatRequirement, nameIn, quote, readRequirementTexts } from '../packaging/requirement.ts';
import type { ExistingProject } from '../load/find-project.ts';
import type { Request } from './request.ts';
import { openPyproject, writePyproject } from './edit-pyproject.ts';
import type { Context } from '../load/context.ts';

/** `remove`: removes packages from the pyproject.toml of the project that the current folder is in. */
export async function runRemove(request: Request, context: Context): Promise<ExitCode> {
  const names = namesIn(request);
  const opened = await openPyproject(request, context);
  const { project, document, list, release } = opened;
  // What `add` enters is a candidate of the catalog, whether Nix was asked or not.
  const isOurs = (name: string, attribute: string): boolean => candidates(name, release).includes(attribute);
  const changed = removePackages(document, list, names, isOurs);
  const warnings = changed.changes.flatMap(change => warningsOf(change, project, list, document));
  return writePyproject(opened, { ...changed, warnings }, request, context);
}

/** @throws Failure (exit code 2) if there is no name, or more than a name */
function namesIn({ positionals }: Request): string[] {
  if (positionals.length === 0) {
    throw badRequest('`remove` needs the name of a package.', 'For example: nix-python-container remove requests');
  }
  return readRequirementTexts(positionals).map(requirement => {
    const { name } = requirement;
    const text = formatRequirement(requirement);
    if (text === name) return name;
    throw badRequest(`Expected only the name of a package, got ${quote(text)}.`, `Write ${name}.`);
  });
}

/** The generated files that need the packages of every project, those of the app first. */
const importers = (module: string): string[] => [
  ...[`${module}.py`, `${module}_test.py`, `${module}/settings.py`],
  ...['image/BUILD.bazel', 'bazel/serve.py', 'bazel/run_pytest.py'],
];

function warningsOf(
  { action, name }: Change,
  { name: project, files, stored }: ExistingProject,
  list: ListName,
  listed: PyprojectDocument,
): string[] {
  const other = list === 'dev' ? 'dependencies' : 'dev';
  const elsewhere = listed[other].some(text => nameIn(text) === name);
  if (action === 'absent') {
    if (!elsewhere) return [];
    const where =
      other === 'dev' ? 'in the dev group: remove it with --dev' : 'in [project] dependencies: remove it without --dev';
    return [`${name} is ${where}.`];
  }
  const needed = everyProject(storedFramework(stored.values)).some(base => base.name === name);
  // Imported by Python, or named in the command of the image.
  const use = new RegExp(`(?:^(?:from|import) |")${name}\\b`, 'm');
  const path = needed ? importers(moduleOf(project)).find(file => use.test(files.text(file) ?? '')) : undefined;
  // The tests also have the packages of the runtime list.
  const stillListed = elsewhere && (list === 'dev' || name === 'pytest');
  if (path === undefined || stillListed) return [];
  return [`${path} still uses ${name}: change it too, or the project will not work.`];
}
