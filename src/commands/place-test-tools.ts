import type { Prompter } from '../load/context.ts';
import { type ListedPackages, testToolsWarning } from '../load/requirements.ts';
import { nameIn } from '../packaging/requirement.ts';

/**
 * Offers to move the tools for tests and development in a runtime list to the dev group, which stays out of the image.
 * Without a terminal they stay in the runtime list, with a warning.
 */
export async function placeTestTools(
  listed: ListedPackages,
  choose: Prompter['choose'],
  warnings: string[],
): Promise<ListedPackages> {
  const { testTools, runtime, dev } = listed;
  if (testTools.length === 0) return listed;
  if (!choose) {
    warnings.push(...testToolsWarning(listed));
    return listed;
  }
  const answer = await choose(`${testTools.join(', ')}: tools for tests and development. Which list are they for?`, [
    { value: 'dev', label: 'the dev group, which stays out of the image' },
    { value: 'runtime', label: 'the packages of the app, as the file has it' },
  ]);
  if (answer !== 'dev') return listed;
  const tools = new Set(testTools);
  return {
    runtime: runtime.filter(text => !tools.has(nameIn(text))),
    dev: [...dev, ...runtime.filter(text => tools.has(nameIn(text)))],
    testTools: [],
  };
}
