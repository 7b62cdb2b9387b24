import { defaultRelease, type Release, releaseOfPin, withEveryPython } from '../catalog/releases.ts';
import type { QuestionContext } from './question.ts';

/** The release whose Pythons and Bazels can be chosen; undefined for a revision of an unknown release. */
export function releaseOf({ answers, pin }: QuestionContext): Release | undefined {
  const release = releaseOfPin(pin, answers.nixpkgs);
  return release && pin?.locked.type === 'tarball' ? withEveryPython(release) : release;
}

/** The release whose versions are offered: for an unknown revision, the newest is the best guess. */
export const likelyRelease = (context: QuestionContext): Release => releaseOf(context) ?? defaultRelease(context.today);
