import { defaultRelease, type Release, releaseOfPin, withEveryPython } from '../catalog/releases.ts';
import { lackOf, type ToolName } from '../catalog/tools.ts';
import { badRequest } from '../errors/failure.ts';
import type { QuestionContext } from './question.ts';

/** The release whose Pythons and Bazels can be chosen; undefined for a revision of an unknown release. */
export function releaseOf({ answers, pin }: QuestionContext): Release | undefined {
  const release = releaseOfPin(pin, answers.nixpkgs);
  return release && pin?.locked.type === 'tarball' ? withEveryPython(release) : release;
}

/** The release whose versions are offered: for an unknown revision, the newest is the best guess. */
export const likelyRelease = (context: QuestionContext): Release => releaseOf(context) ?? defaultRelease(context.today);

/**
 * Refuses a release of nixpkgs that has a tool in no version which will do; one that is not known may have it.
 * @param otherwise what helps beside another release, as the end of a sentence
 * @throws Failure (exit code 2)
 */
export function requireTool(tool: ToolName, release: Release | undefined, otherwise: string, where: string): void {
  const lack = release && lackOf(tool, release);
  if (!lack) return;
  throw badRequest(
    `${where}: nixpkgs ${release.name} has ${lack.before}.`,
    `Choose nixpkgs ${lack.since} or later, or ${otherwise}.`,
  );
}
