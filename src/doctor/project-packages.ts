import { packageCatalog } from '../catalog/packages.ts';
import { queryPackages } from '../nix/query-packages.ts';
import { checkPackages } from '../model/check-packages.ts';
import { Failure } from '../errors/failure.ts';
import { type Availability, pinned } from '../model/availability.ts';
import { classify } from '../model/package-names.ts';
import { listPaths, type ListName, type Pyproject } from '../pyproject/pyproject.ts';
import { parseRequirement, type Requirement } from '../packaging/requirement.ts';
import { edit } from './project-files.ts';
import { fault, type Finding, inWords, ok, warning } from './finding.ts';
import type { ProjectFacts, DoctorContext } from './project-facts.ts';

/** The requirements of a list, or for one that cannot be read what is wrong with it. */
const requirementsOf = (pyproject: Pyproject, list: ListName): (Requirement | Failure)[] =>
  pyproject[list].map(text => {
    try {
      return parseRequirement(text, 'pyproject.toml');
    } catch (error) {
      if (error instanceof Failure) return error;
      throw error;
    }
  });

/**
 * Judges what pyproject.toml lists.
 * @param holdings what Nix says of it; without it, the catalog has to do, which does not know every package
 */
export function judgePackages(facts: ProjectFacts, availability: Availability | undefined): readonly Finding[] {
  const { pyproject, pin, release, python } = facts;
  if (pyproject === undefined) return [];
  if (pyproject instanceof Failure) return [fault(inWords(pyproject), edit('pyproject.toml'))];
  if (python === undefined) return [];
  const against = { pin, release: release?.name, python, availability, entered: pyproject.attributes };
  const lists = (Object.keys(listPaths) as ListName[]).map(list => [list, requirementsOf(pyproject, list)] as const);
  const findings = lists.flatMap(([list, requirements]) =>
    requirements.flatMap(requirement => judge(requirement, list, against)),
  );
  if (findings.length > 0) return findings;
  const number = lists.flatMap(([, requirements]) => requirements).length;
  const source = availability ? '' : ', as far as the catalog knows: Nix was not asked';
  return [ok(`${pin ? sentence(pinned(pin)) : 'nixpkgs'} has all ${number} packages of pyproject.toml${source}`)];
}

const sentence = (text: string): string => `${text[0]?.toUpperCase()}${text.slice(1)}`;

function judge(
  requirement: Requirement | Failure,
  list: ListName,
  against: Parameters<typeof checkPackages>[1],
): Finding[] {
  if (requirement instanceof Failure) return [fault(inWords(requirement), edit('pyproject.toml'))];
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
      return fault(message, version ? `nix-python-container add ${dev}'${name}>=${version}'` : remove);
    });
  } catch (error) {
    if (error instanceof Failure) return [fault(inWords(error), remove)];
    throw error;
  }
}

/** Asks Nix for the packages where that costs no download, else the catalog. */
export async function lookAtPackages(place: DoctorContext): Promise<readonly Finding[]> {
  const { facts, environment, signal, onEvaluation } = place;
  const { pyproject, pin, python } = facts;
  if (pyproject === undefined || pyproject instanceof Failure || !pin || python === undefined)
    return judgePackages(facts, undefined);
  const requirements = (Object.keys(listPaths) as ListName[]).flatMap(list => requirementsOf(pyproject, list));
  const names = requirements.flatMap(requirement => (requirement instanceof Failure ? [] : [requirement.name]));
  const doubts: string[] = [];
  const availability = await queryPackages(pin, python, names, {
    ...{ environment, signal, entered: pyproject.attributes, warn: doubt => doubts.push(doubt) },
    ...(onEvaluation ? { onEvaluation } : {}),
  });
  return [...doubts.map(doubt => warning(doubt.replace(/\.$/, ''))), ...judgePackages(facts, availability)];
}
