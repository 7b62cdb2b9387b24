import {
  bazelEnd,
  daysLeft,
  defaultBazel,
  defaultRelease,
  offeredBazels,
  offeredPythons,
  pythonEnd,
  type Release,
} from '../catalog/releases.ts';
import { fault, type Finding, ok, warning } from './finding.ts';
import type { ProjectFacts } from './project-facts.ts';

/** Days before an end of life from which on it is told. */
const soon = 60;

/** Judges an end of life: a day (`2026-12-31`) or a month (`2026-12`). */
export function endOf(what: string, end: string, today: Date, fix?: string): Finding {
  const left = daysLeft(end, today);
  if (left < 0) return warning(`${what} has been out of support since ${end}`, fix);
  if (left > soon) return ok(`${what} gets security fixes until ${end}`);
  const more = ['today for the last time', 'one more day'][left] ?? `${left} more days`;
  return warning(`${what} gets security fixes until ${end} only, ${more}`, fix);
}

/** Judges the release of the pin, and names one to go to. */
export function judgeRelease(facts: ProjectFacts, today: Date): Finding | readonly Finding[] {
  const { release, pin } = facts;
  if (!pin) return [];
  const newest = defaultRelease(today).name;
  const update = updateTo(defaultRelease(today), facts, today);
  if (!release)
    return warning(
      'The pinned nixpkgs does not belong to a release that the catalog knows, nor is its end of life known',
      update,
    );
  if (release.eol === undefined) return ok(`nixpkgs ${release.name} is a rolling channel, without an end of life`);
  const what = `nixpkgs ${release.name}`;
  if (release.name !== newest) return endOf(what, release.eol, today, update);
  // No newer one is known here; its branch is looked up.
  const next = successor(newest);
  const found = endOf(what, release.eol, today, `nix-python-container update --nixpkgs nixos-${next}`);
  return found.state === 'ok' ? found : { ...found, message: `${found.message}; ${next} comes after it` };
}

/** The release after one: there is one each May and November. */
function successor(release: string): string {
  const [year, month] = release.split('.');
  return month === '05' ? `${year}.11` : `${Number(year) + 1}.05`;
}

/** What there is to choose of Pythons and Bazels. */
const kinds = {
  python: { what: 'Python', offers: offeredPythons, preferred: (of: Release) => of.defaultPython, end: pythonEnd },
  bazel: { what: 'Bazel', offers: offeredBazels, preferred: defaultBazel, end: bazelEnd },
} as const;
type Kind = keyof typeof kinds;

const isOver = (kind: Kind, version: string, today: Date): boolean => {
  const end = kinds[kind].end(version);
  return end !== undefined && daysLeft(end, today) < 0;
};

const isOffered = (kind: Kind, version: string, release: Release): boolean =>
  kinds[kind].offers(release).some(({ name }) => name === version);

/** The version of a release to go to: the one that is preferred there, or if that has ended the newest. */
function best(kind: Kind, release: Release, today: Date): string {
  const { offers, preferred } = kinds[kind];
  const first = preferred(release);
  return (isOver(kind, first, today) ? offers(release).at(-1)?.name : first) ?? first;
}

/** The command that brings a project to a release, with the versions that it has to change for that. */
function updateTo(release: Release, facts: Pick<ProjectFacts, Kind>, today: Date): string {
  const flags = (Object.keys(kinds) as Kind[]).flatMap(kind => {
    const version = facts[kind];
    const stays = version !== undefined && isOffered(kind, version, release) && !isOver(kind, version, today);
    return stays ? [] : [` --${kind} ${best(kind, release, today)}`];
  });
  return `nix-python-container update --nixpkgs ${release.name}${flags.join('')}`;
}

/** Judges the project's Python, or its Bazel: is it in the release, and for how long does it get fixes? */
export function judgeVersionOf(kind: Kind, facts: ProjectFacts, today: Date): Finding | readonly Finding[] {
  const { [kind]: version, release } = facts;
  if (version === undefined) return [];
  const stays = release && !isOver(kind, best(kind, release, today), today);
  const fix = stays
    ? `nix-python-container update --${kind} ${best(kind, release, today)}`
    : updateTo(defaultRelease(today), facts, today);
  const { what, end } = kinds[kind];
  if (release && !isOffered(kind, version, release))
    return fault(`nixpkgs ${release.name} has no ${what} ${version}`, fix);
  const ends = end(version);
  return ends === undefined ? ok(`${what} ${version}`) : endOf(`${what} ${version}`, ends, today, fix);
}
