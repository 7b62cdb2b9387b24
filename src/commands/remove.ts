import { type Change, removePackages } from '../pyproject/edit-packages.ts';
import { didYouMean } from '../text/suggest.ts';
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
  refuseAbsent(changed.changes, list, document);
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

/** @throws Failure (exit code 2) that names all packages that the list does not have, and where they are */
function refuseAbsent(changes: readonly Change[], list: ListName, listed: PyprojectDocument): void {
  const absent = changes.filter(({ action }) => action === 'absent').map(({ name }) => name);
  if (absent.length === 0) return;
  const [here, other] = list === 'dev' ? (['dev', 'dependencies'] as const) : (['dependencies', 'dev'] as const);
  const elsewhere = absent.filter(name => listed[other].some(text => nameIn(text) === name));
  const names = listed[here].map(nameIn);
  const hints = [
    ...(elsewhere.length === 0
      ? []
      : [`${elsewhere.join(', ')}: remove it ${list === 'dev' ? 'without' : 'with'} --dev.`]),
    ...absent.map(name => didYouMean(name, names).trim()).filter(Boolean),
    'Nothing was changed.',
  ];
  const where = list === 'dev' ? 'the dev group' : '[project] dependencies';
  throw badRequest(`${absent.join(', ')}: not listed in ${where} of pyproject.toml.`, hints.join(' '));
}

/** The generated files that need the packages of every project, those of the app first. */
const importers = (module: string): string[] => [
  ...[`${module}.py`, `${module}_test.py`, `${module}/settings.py`],
  ...['image/BUILD.bazel', 'bazel/serve.py', 'bazel/run_pytest.py'],
];

function warningsOf(
  { name }: Change,
  { name: project, files, stored }: ExistingProject,
  list: ListName,
  listed: PyprojectDocument,
): string[] {
  const other = list === 'dev' ? 'dependencies' : 'dev';
  const elsewhere = listed[other].some(text => nameIn(text) === name);
  const needed = everyProject(storedFramework(stored.values)).some(base => base.name === name);
  // Imported by Python, or named in the command of the image.
  const use = new RegExp(`(?:^(?:from|import) |")${name}\\b`, 'm');
  const path = needed ? importers(moduleOf(project)).find(file => use.test(files.text(file) ?? '')) : undefined;
  // The tests also have the packages of the runtime list.
  const stillListed = elsewhere && (list === 'dev' || name === 'pytest');
  if (path === undefined || stillListed) return [];
  return [`${path} still uses ${name}: change it too, or the project will not work.`];
}
