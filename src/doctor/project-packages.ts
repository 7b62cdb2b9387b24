import { packageCatalog } from '../catalog/packages.ts';
import { queryPackages } from '../nix/query-packages.ts';
import { checkPackages } from '../model/check-packages.ts';
import { Failure } from '../errors/failure.ts';
import { type Availability, pinned } from '../model/availability.ts';
import { classify } from '../model/package-names.ts';
import { listPaths, type ListName, type PyprojectDocument } from '../pyproject/pyproject.ts';
import { parseRequirement, type Requirement } from '../packaging/requirement.ts';
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
 * @param availability what Nix says; without it, the catalog is used, which does not know every package
 */
export function assessPackages(facts: ProjectFacts, availability: Availability | undefined): readonly Finding[] {
  const { pyproject, pin, release, python } = facts;
  if (pyproject === undefined) return [];
  if (pyproject instanceof Failure) return [failed(messageOf(pyproject), edit('pyproject.toml'))];
  if (python === undefined) return [];
  const against = { pin, release: release?.name, python, availability, entered: pyproject.attributes };
  const lists = (Object.keys(listPaths) as ListName[]).map(list => [list, requirementsOf(pyproject, list)] as const);
  const findings = lists.flatMap(([list, requirements]) =>
    requirements.flatMap(requirement => assessPackage(requirement, list, against)),
  );
  if (findings.length > 0) return findings;
  const number = lists.flatMap(([, requirements]) => requirements).length;
  const source = availability ? '' : ', according to the built-in catalog: Nix was not asked';
  return [ok(`${pin ? sentence(pinned(pin)) : 'nixpkgs'} has all ${number} packages of pyproject.toml${source}`)];
}

const sentence = (text: string): string => `${text[0]?.toUpperCase()}${text.slice(1)}`;

function assessPackage(
  requirement: Requirement | Failure,
  list: ListName,
  against: Parameters<typeof checkPackages>[1],
): Finding[] {
  if (requirement instanceof Failure) return [failed(messageOf(requirement), edit('pyproject.toml'))];
  const { name } = requirement;
  const dev = list === 'dev' ? '--dev ' : '';
  const remove = `nix-python-container remove ${dev}${name}`;
  try {
    const { warnings, versions } = checkPackages([requirement], against);
    const version = versions.get(name);
    const isGuess =
      !against.availability?.has(name) && classify(requirement, against.release, packageCatalog()).kind === 'unknown';
    return warnings.map(text => {
      const message = text.replace(/\.$/, '');
      if (isGuess) return warning(message);
      return failed(message, version ? `nix-python-container add ${dev}'${name}>=${version}'` : remove);
    });
  } catch (error) {
    if (error instanceof Failure) return [failed(messageOf(error), remove)];
    throw error;
  }
}

/** Asks Nix about the packages where that needs no download, else the catalog. */
export async function checkPackageLists(context: DoctorContext): Promise<readonly Finding[]> {
  const { facts, environment, signal, onEvaluation } = context;
  const { pyproject, pin, python } = facts;
  const support = await nixSupportOf(context);
  // A Nix that is too old is the finding of another check.
  const canAsk = support === undefined || support.missing.length === 0;
  if (pyproject === undefined || pyproject instanceof Failure || !pin || python === undefined || !canAsk) {
    return assessPackages(facts, undefined);
  }
  const requirements = (Object.keys(listPaths) as ListName[]).flatMap(list => requirementsOf(pyproject, list));
  const names = requirements.flatMap(requirement => (requirement instanceof Failure ? [] : [requirement.name]));
  const warnings: string[] = [];
  const availability = await queryPackages(pin, python, names, {
    ...{ environment, signal, entered: pyproject.attributes, warn: text => warnings.push(text) },
    ...(onEvaluation ? { onEvaluation } : {}),
  });
  return [...warnings.map(text => warning(text.replace(/\.$/, ''))), ...assessPackages(facts, availability)];
}
