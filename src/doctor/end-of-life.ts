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
import { failed, type Finding, ok, warning } from './finding.ts';
import type { ProjectFacts } from './project-facts.ts';
import type { Findings } from './run-checks.ts';

/** How many days before an end of life to warn of it. */
const noticePeriod = 60;

/** Assesses an end of life, which is a day (`2026-12-31`) or a month (`2026-12`). */
export function assessEndOfLife(what: string, end: string, today: Date, fix?: string): Finding {
  const left = daysLeft(end, today);
  if (left < 0) return warning(`${what} has been out of support since ${end}`, fix);
  if (left > noticePeriod) return ok(`${what} gets security fixes until ${end}`);
  const daysMore = ['today is the last day', '1 day left'][left] ?? `${left} days left`;
  return warning(`${what} gets security fixes only until ${end} (${daysMore})`, fix);
}

/** Assesses the release of the pin, and names one to update to. */
export function assessRelease(facts: ProjectFacts, today: Date): Findings {
  const { release, pin } = facts;
  if (!pin) return [];
  const newest = defaultRelease(today).name;
  const update = updateTo(defaultRelease(today), facts, today);
  if (!release) return warning('The pinned nixpkgs belongs to no known release, so its end of life is unknown', update);
  if (release.eol === undefined) return ok(`nixpkgs ${release.name} is a rolling channel without an end of life`);
  const what = `nixpkgs ${release.name}`;
  if (release.name !== newest) return assessEndOfLife(what, release.eol, today, update);
  // The catalog has no newer one, but its branch can be looked up.
  const next = successor(newest);
  const found = assessEndOfLife(what, release.eol, today, `nix-python-container update --nixpkgs nixos-${next}`);
  return found.state === 'ok' ? found : { ...found, message: `${found.message}; the next release is ${next}` };
}

/** The name of the release after another: there is one each May and November. */
function successor(release: string): string {
  const [year, month] = release.split('.');
  return month === '05' ? `${year}.11` : `${Number(year) + 1}.05`;
}

/** Where the catalog has the versions of Python and Bazel. */
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

/** The version to use with a release: the preferred one, or the newest if that has reached its end of life. */
function best(kind: Kind, release: Release, today: Date): string {
  const { offers, preferred } = kinds[kind];
  const first = preferred(release);
  return (isOver(kind, first, today) ? offers(release).at(-1)?.name : first) ?? first;
}

/** The command that updates a project to a release, with those versions that have to change as well. */
function updateTo(release: Release, facts: Pick<ProjectFacts, Kind>, today: Date): string {
  const flags = (Object.keys(kinds) as Kind[]).flatMap(kind => {
    const version = facts[kind];
    const stays = version !== undefined && isOffered(kind, version, release) && !isOver(kind, version, today);
    return stays ? [] : [` --${kind} ${best(kind, release, today)}`];
  });
  return `nix-python-container update --nixpkgs ${release.name}${flags.join('')}`;
}

/** Assesses the Python or the Bazel of a project: whether the release has it, and for how long it gets security fixes. */
export function assessVersion(kind: Kind, facts: ProjectFacts, today: Date): Findings {
  const { [kind]: version, release } = facts;
  if (version === undefined) return [];
  const isSupported = release && !isOver(kind, best(kind, release, today), today);
  const fix = isSupported
    ? `nix-python-container update --${kind} ${best(kind, release, today)}`
    : updateTo(defaultRelease(today), facts, today);
  const { what, end } = kinds[kind];
  if (release && !isOffered(kind, version, release))
    return failed(`nixpkgs ${release.name} has no ${what} ${version}`, fix);
  const ends = end(version);
  return ends === undefined ? ok(`${what} ${version}`) : assessEndOfLife(`${what} ${version}`, ends, today, fix);
}
