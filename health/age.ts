import {
  bazelEnd,
  daysLeft,
  defaultBazel,
  defaultRelease,
  isBazelEndOfLife,
  isPythonEndOfLife,
  type Offer,
  offeredBazels,
  offeredPythons,
  pythonEnd,
  type Release,
} from '../catalog/releases.ts';
import { fault, type Finding, ok, warning } from './finding.ts';
import type { Facts } from './project.ts';

/** Days before an end of life from which on it is told. */
const soon = 60;

/** Judges an end of life: a day (`2026-12-31`) or a month (`2026-12`). */
export function endOf(what: string, end: string, today: Date, mend?: string): Finding {
  const left = daysLeft(end, today);
  if (left < 0) return warning(`${what} has had no security fixes since ${end}`, mend);
  if (left > soon) return ok(`${what} gets security fixes until ${end}`);
  return warning(
    `${what} gets security fixes until ${end} only, ${left === 1 ? 'one more day' : `${left} more days`}`,
    mend,
  );
}

/** Judges the release of the pin, and names one to go to. */
export function judgeRelease({ release, pin }: Facts, today: Date): Finding | readonly Finding[] {
  if (!pin) return [];
  const newest = defaultRelease(today).name;
  const update = `nix-python-container update --nixpkgs ${newest}`;
  if (!release)
    return warning('The pinned nixpkgs is of no release that is known here, so neither is its end of life', update);
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

/** Judges the project's Python: is it in the release, and for how long does it get fixes? */
export function judgePython({ python, release }: Facts, today: Date): Finding | readonly Finding[] {
  if (python === undefined) return [];
  const isOver = ({ name }: Offer): boolean => isPythonEndOfLife(name, today);
  const best = (of: Release): string =>
    (isPythonEndOfLife(of.defaultPython, today)
      ? offeredPythons(of).findLast(offer => !isOver(offer))?.name
      : of.defaultPython) ?? of.defaultPython;
  const mend = changing('python', release, today, best);
  if (release && !offeredPythons(release).some(({ name }) => name === python)) {
    return fault(`nixpkgs ${release.name} has no Python ${python}`, mend);
  }
  const end = pythonEnd(python);
  return end === undefined ? ok(`Python ${python}`) : endOf(`Python ${python}`, end, today, mend);
}

/** The same of Bazel. */
export function judgeBazel({ bazel, release }: Facts, today: Date): Finding | readonly Finding[] {
  if (bazel === undefined) return [];
  const best = (of: Release): string => {
    const preferred = defaultBazel(of);
    return isBazelEndOfLife(preferred, today) ? (offeredBazels(of).at(-1)?.name ?? preferred) : preferred;
  };
  const mend = changing('bazel', release, today, best);
  if (release && !offeredBazels(release).some(({ name }) => name === bazel)) {
    return fault(`nixpkgs ${release.name} has no Bazel ${bazel}`, mend);
  }
  const end = bazelEnd(bazel);
  return end === undefined ? ok(`Bazel ${bazel}`) : endOf(`Bazel ${bazel}`, end, today, mend);
}

/** The command that brings a project to a version which gets fixes: of its release if that has one, else of the newest. */
function changing(
  flag: 'python' | 'bazel',
  release: Release | undefined,
  today: Date,
  best: (of: Release) => string,
): string {
  const isOver = { python: isPythonEndOfLife, bazel: isBazelEndOfLife }[flag];
  const newest = defaultRelease(today);
  const stays = release && !isOver(best(release), today);
  const command = 'nix-python-container new .';
  return stays
    ? `${command} --${flag} ${best(release)}`
    : `${command} --nixpkgs ${newest.name} --${flag} ${best(newest)}`;
}
