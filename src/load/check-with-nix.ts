import { nameIn } from '../packaging/requirement.ts';
import type { GatheredAnswers } from '../model/answers.ts';
import { type Checked, checkProject, withoutBasePackages } from '../model/project.ts';
import type { Context } from './context.ts';
import { queryAvailability } from './query-availability.ts';

/**
 * Checks a project, and asks Nix about its packages where it is installed.
 * @param askNix false if the packages do not matter, or nothing is known of the pin
 * @throws Failure (exit code 2) as `checkProject`
 */
export async function checkWithNix(decided: GatheredAnswers, context: Context, askNix = true): Promise<Checked> {
  // Without Nix first: that may take seconds, and what is wrong anyway should be said at once.
  const checked = checkProject(decided, context.today);
  if (!askNix) return checked;
  const { answers, development = [], pin, entered } = decided;
  const names = [...answers.packages, ...withoutBasePackages(development, 'development')].map(nameIn);
  const asked = { pin, python: answers.python, ...(entered ? { entered } : {}) };
  const warnings: string[] = [];
  const availability = await queryAvailability([...new Set(names)], asked, context, warnings);
  const { project, warnings: more } = checkProject(decided, context.today, availability);
  return { project, warnings: [...warnings, ...more] };
}
