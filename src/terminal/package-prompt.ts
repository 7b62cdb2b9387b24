import { wellKnownNames } from '../catalog/packages.ts';
import { catalogAvailability } from '../model/availability.ts';
import { checkRequirements } from '../model/check-packages.ts';
import { type PackageFault, sentenceOf } from '../model/package-faults.ts';
import { releaseOf } from '../model/likely-release.ts';
import { back, type Question, type QuestionContext } from '../model/questions.ts';
import { nameIn, readRequirementTexts, type Requirement, formatRequirement } from '../packaging/requirement.ts';
import { complaint, type Line, type Prompt, type PromptQuestion, valueOf } from './prompt-form.ts';

/** Before a package that is to be taken from the list again: no name begins with it. */
const takeBack = '-';

/**
 * Asks for packages, one after the other. What the pinned nixpkgs has not, as far as the catalog knows, is asked about at once.
 * @param chosen what was chosen before
 */
export async function askPackages(
  prompt: Prompt,
  question: Question<unknown>,
  context: QuestionContext,
  { chosen, ...shown }: Pick<PromptQuestion, 'purpose' | 'canGoBack'> & { readonly chosen: string[] },
): Promise<string[] | typeof back> {
  for (let round = 1; ; round++) {
    const list = chosen.length > 0 ? ` [${chosen.join(', ')}]` : '';
    const answer = await prompt({
      ...shown,
      type: 'search',
      name: round > 1 ? `${question.flag}-${round}` : question.flag,
      default: '',
      message: `${question.message.replace(/:$/, '')}${list}:`,
      source: (term = '') => packageChoices(term.trim(), chosen, releaseOf(context)?.name),
      validate: choice => {
        const value = valueOf(choice);
        return value === '' || value.startsWith(takeBack) || complaint(question, [value], context);
      },
    });
    if (answer === back) return back;
    if (answer === '') return chosen;
    const text = String(answer);
    if (text.startsWith(takeBack)) remove(chosen, nameIn(text.slice(1)));
    else for (const one of readRequirementTexts([text])) await take(one, chosen, prompt, context);
  }
}

const remove = (chosen: string[], name: string): void => {
  const at = chosen.findIndex(text => nameIn(text) === name);
  if (at >= 0) chosen.splice(at, 1);
};

/** Puts a package into the list, in the place of what it had of it, or what is chosen instead. */
async function take(
  requirement: Requirement,
  chosen: string[],
  prompt: Prompt,
  context: QuestionContext,
): Promise<void> {
  const fault = faultOf(requirement, context);
  const text = fault ? await settle(fault, prompt, context.answers.python ?? '') : formatRequirement(requirement);
  if (text === '') return;
  const at = chosen.findIndex(each => nameIn(each) === nameIn(text));
  if (at < 0) chosen.push(text);
  else chosen[at] = text;
}

/** What is wrong with a package in the chosen nixpkgs, as far as the catalog knows. */
function faultOf(requirement: Requirement, context: QuestionContext): PackageFault | undefined {
  const { answers, pin } = context;
  if (answers.packagesFrom === 'pypi' || answers.python === undefined) return undefined;
  const asked = { pin, release: releaseOf(context)?.name, python: answers.python };
  return checkRequirements([requirement], catalogAvailability([requirement.name], asked), asked)[0];
}

/** What to do about it: the package to list, or nothing. */
async function settle(fault: PackageFault, prompt: Prompt, python: string): Promise<string> {
  const { kind, name, requirement, version, suggestions } = fault;
  const instead: Line[] =
    kind === 'version' || kind === 'extra'
      ? [{ value: name, name: version ? `${name}, which is ${version} there` : name }]
      : suggestions.map(value => ({ value, name: value }));
  const keep = { value: requirement, name: `${requirement} all the same` };
  const answer = await prompt({
    type: 'select',
    name: 'choice',
    message: `${sentenceOf(fault, python)} Which one?`,
    choices: [...instead, { value: '', name: 'None: type another name' }, ...(kind === 'never' ? [] : [keep])],
  });
  return answer === back ? '' : String(answer);
}

/** The choices while a package is typed: well-known names that contain the text, and the text itself. */
function packageChoices(term: string, chosen: readonly string[], release?: string): Line[] {
  if (term === '') {
    const listed = chosen.map(text => ({ value: `${takeBack}${text}`, name: `Take ${text} back` }));
    return [{ value: '', name: '(done)' }, ...listed];
  }
  const wanted = term.toLowerCase();
  const names = wellKnownNames(release).filter(name => name.includes(wanted));
  const ranked = [...names.filter(name => name.startsWith(wanted)), ...names.filter(name => !name.startsWith(wanted))];
  const typed = ranked.includes(wanted) ? [] : [term];
  // What was typed in full comes first.
  const exact = ranked.filter(name => name === wanted);
  return [...exact, ...ranked.filter(name => name !== wanted).slice(0, 20), ...typed].map(value => ({
    value,
    name: value,
  }));
}
