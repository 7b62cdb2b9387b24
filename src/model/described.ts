import { nameIn } from '../packaging/requirement.ts';
import type { Pin } from '../pin/pin.ts';
import { dayOf } from '../text/dates.ts';
import { catalogAvailability } from './availability.ts';
import { releaseOf } from './likely-release.ts';
import { type Answers, type QuestionContext, questionNamed, questionNames } from './questions.ts';

/** An answer as users are shown it. */
export interface DescribedAnswer {
  readonly name: keyof Answers;
  readonly label: string;
  readonly text: string;
  /** It is not the answer that means "none". */
  readonly isSet: boolean;
}

/** All answers, in their order, with what the pin adds to them: its date, and the versions of packages as far as the catalog knows. */
export function describeAnswers(context: QuestionContext): DescribedAnswer[] {
  const { answers, pin } = context;
  return questionNames
    .filter(name => name !== 'app' || answers.app)
    .map(name => {
      const answer = answers[name];
      const { label, unset } = questionNamed(name);
      const isSet = JSON.stringify(answer) !== JSON.stringify(unset);
      return { name, label, isSet, text: textOf(name, answer, context, pin) };
    });
}

function textOf(name: keyof Answers, answer: unknown, context: QuestionContext, pin: Pin | undefined): string {
  if (name === 'nixpkgs') return describeNixpkgs(String(answer), pin);
  if (name === 'packages') return packagesOf(answer as readonly string[], context);
  if (typeof answer === 'boolean') return answer ? 'yes' : 'no';
  return String(answer) || 'none';
}

/** A revision of nixpkgs, with the day of its pin: `26.05 (19 July 2026)`. */
export function describeNixpkgs(nixpkgs: string, pin: Pin | undefined): string {
  const { locked } = pin ?? {};
  if (locked?.type !== 'github' || !(locked.lastModified > 0)) return nixpkgs;
  return `${nixpkgs} (${dayOf(new Date(locked.lastModified * 1000))})`;
}

function packagesOf(texts: readonly string[], context: QuestionContext): string {
  const { answers, pin } = context;
  if (texts.length === 0) return 'none';
  if (answers.packagesFrom === 'pypi') return texts.join(', ');
  const asked = { pin, release: releaseOf(context)?.name, python: answers.python ?? '' };
  const { packages } = catalogAvailability(texts.map(nameIn), asked);
  return texts
    .map(text => {
      const version = packages.get(nameIn(text))?.version;
      return version ? `${text} (${version})` : text;
    })
    .join(', ');
}
