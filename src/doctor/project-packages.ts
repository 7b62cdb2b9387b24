import { join } from 'node:path';
import { Failure } from '../errors/failure.ts';
import {
  type AskedOf,
  type Availability,
  catalogAvailability,
  checkInterpreters,
  pinned,
} from '../model/availability.ts';
import { checkRequirements } from '../model/check-packages.ts';
import { describeFaults, type PackageFault } from '../model/package-faults.ts';
import { everyProject, storedFramework } from '../model/project.ts';
import { queryPackages } from '../nix/query-packages.ts';
import { mergeRequirements, parseRequirement, type Requirement } from '../packaging/requirement.ts';
import { listPaths, type ListName, type PyprojectDocument } from '../pyproject/pyproject.ts';
import { shellQuote } from '../text/shell-quote.ts';
import { failed, type Finding, messageOf, ok, warning } from './finding.ts';
import { nixSupportOf } from './nix-version.ts';
import type { DoctorContext, ProjectFacts } from './project-facts.ts';
import { edit } from './project-files.ts';

/** The requirements of a list; a failure for each one that cannot be read. */
const requirementsOf = (pyproject: PyprojectDocument, list: ListName): (Requirement | Failure)[] =>
  pyproject[list].map(text => {
    try {
      return parseRequirement(text, 'pyproject.toml');
    } catch (error) {
      if (error instanceof Failure) return error;
      throw error;
    }
  });

/**
 * Assesses whether the pinned nixpkgs has the packages of pyproject.toml.
 * @param availability what Nix says; without it, the catalog is used
 */
export function assessPackages(facts: ProjectFacts, availability: Availability | undefined): readonly Finding[] {
  const { pyproject, pin, python } = facts;
  if (pyproject === undefined) return [];
  if (pyproject instanceof Failure) return [failed(messageOf(pyproject), edit('pyproject.toml'))];
  if (python === undefined) return [];
  const asked = askedOf(facts, python, pyproject);
  const lists = (Object.keys(listPaths) as ListName[]).map(list => [list, requirementsOf(pyproject, list)] as const);
  const names = lists
    .flatMap(([, requirements]) => requirements)
    .flatMap(each => (each instanceof Failure ? [] : [each.name]));
  const has = availability ?? catalogAvailability(names, asked);
  const findings = lists.flatMap(([list, requirements]) =>
    requirements.flatMap(requirement =>
      requirement instanceof Failure
        ? [failed(messageOf(requirement), edit('pyproject.toml'))]
        : checkRequirements([requirement], has, asked).map(found => findingFor(found, list, asked)),
    ),
  );
  if (findings.length > 0) return findings;
  const number = lists.flatMap(([, requirements]) => requirements).length;
  const source = availability ? '' : ', according to the built-in catalog: Nix was not asked';
  return [ok(`${pin ? sentence(pinned(pin)) : 'nixpkgs'} has all ${number} packages of pyproject.toml${source}`)];
}

const askedOf = ({ pin, release }: ProjectFacts, python: string, { attributes }: PyprojectDocument): AskedOf => ({
  pin,
  python,
  release: release?.name,
  entered: attributes,
});

const sentence = (text: string): string => `${text[0]?.toUpperCase()}${text.slice(1)}`;

/** If the catalog has the packages of another commit, or only names, the finding is a warning. */
function findingFor(found: PackageFault, list: ListName, asked: AskedOf): Finding {
  const { kind, name, version, source, problem } = found;
  const [message = ''] = describeFaults([found], asked).map(text => text.replace(/\.$/, ''));
  if (source.kind !== 'nix' && source.kind !== 'exact' && kind !== 'never') return warning(message);
  const dev = list === 'dev' ? '--dev ' : '';
  if (kind === 'version' && version)
    return failed(message, `nix-python-container add ${dev}${shellQuote(`${name}>=${version}`)}`);
  const allow = problem?.kind === 'insecure' || problem?.kind === 'unfree' || problem?.kind === 'broken';
  return failed(message, allow ? edit('nix/overrides.nix') : `nix-python-container remove ${dev}${name}`);
}

/** Asks Nix about the packages where that needs no download, else the catalog. */
export async function checkPackageLists(context: DoctorContext): Promise<readonly Finding[]> {
  const { facts, environment, signal, onEvaluation, folder } = context;
  const { pyproject, pin, python, bazel, texts } = facts;
  // Packages from PyPI are the subject of the check of the lock files.
  if (facts.values.packagesFrom === 'pypi') return [];
  const support = await nixSupportOf(context);
  // A Nix that is too old is the finding of another check.
  const canAsk = support === undefined || support.missing.length === 0;
  if (pyproject === undefined || pyproject instanceof Failure || !pin || python === undefined || !canAsk) {
    return assessPackages(facts, undefined);
  }
  const listed = (Object.keys(listPaths) as ListName[]).flatMap(list => requirementsOf(pyproject, list));
  const requirements = listed.flatMap(requirement => (requirement instanceof Failure ? [] : [requirement]));
  const warnings: string[] = [];
  const availability = await queryPackages(
    asEach([...requirements, ...everyProject(storedFramework(facts.values))]),
    { ...askedOf(facts, python, pyproject), pin },
    {
      environment,
      signal,
      warn: text => warnings.push(text),
      ...(texts.has('nix/overrides.nix') ? { overrides: join(folder, 'nix/overrides.nix') } : {}),
      ...(onEvaluation ? { onEvaluation } : {}),
    },
  );
  return [
    ...warnings.map(text => warning(text.replace(/\.$/, ''))),
    ...assessInterpreters(availability, { pin, python, bazel }),
    ...assessPackages(facts, availability),
  ];
}

/** Each package once, with the extras of all its mentions; ranges may contradict each other. */
const asEach = (requirements: readonly Requirement[]): Requirement[] =>
  mergeRequirements(requirements.map(requirement => ({ ...requirement, specifier: '' })));

function assessInterpreters(
  availability: Availability | undefined,
  { pin, python, bazel }: Pick<ProjectFacts, 'bazel'> & { pin: NonNullable<ProjectFacts['pin']>; python: string },
): Finding[] {
  try {
    if (availability && bazel !== undefined) checkInterpreters(availability, { pin, python, bazel });
    return [];
  } catch (error) {
    if (error instanceof Failure) return [failed(messageOf(error), edit('pyproject.toml'))];
    throw error;
  }
}
