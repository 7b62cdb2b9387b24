import { badRequest, ExitCode, Failure } from '../errors/failure.ts';
import type { Pin } from '../pin/pin.ts';
import { type AnswerSource, type GatheredAnswers, parseAnswer } from './answers.ts';
import {
  type Answers,
  type Ask,
  back,
  type Question,
  type QuestionContext,
  questionNamed,
  questionNames,
  questions,
} from './questions.ts';

/** How to get the answers that no source has. */
export interface GatherOptions {
  /** Asks the user; undefined without a terminal. */
  readonly ask?: Ask | undefined;
  /** Shows why an answer that was given to `ask` does not do, before it is asked for again. Without it, that is the end. */
  readonly tell?: ((failure: Failure) => void) | undefined;
  /**
   * Shows all answers, once something was asked, before anything else is done.
   * @param changeable the questions that can be asked again
   * @returns the one to ask again; undefined if the answers are right
   * @throws Failure if the user wants to stop
   */
  readonly review?:
    ((context: QuestionContext, changeable: readonly AskedName[]) => Promise<AskedName | undefined>) | undefined;
  /**
   * Checks all answers together, after the review.
   * @throws Failure (exit code 2) for answers that do not go together
   */
  readonly check?: ((gathered: GatheredAnswers) => void) | undefined;
  /** Use the defaults for questions without an answer. */
  readonly defaults: boolean;
  /** Resolves a revision of nixpkgs. */
  readonly pin: (nixpkgs: string) => Promise<Pin>;
  /** Further packages, from requirements files, whose markers depend on the version of Python (`3.13`). */
  readonly morePackages?: (answers: Pick<Answers, 'python' | 'packagesFrom'>) => Promise<readonly string[]>;
}

export type AskedName = keyof Answers;

type Start = Pick<QuestionContext, 'today' | 'folder' | 'hasCode' | 'storedName' | 'requiresPython'>;

/**
 * Gathers the answers: each from the first source that has it, else from the user, else the default. Users can go back to an earlier
 * question; what they answered to the others is kept as long as it fits.
 * @param sources by precedence, highest first
 * @throws Failure (exit code 2) for an invalid value, or if required answers are missing and the user cannot be asked
 */
export async function gatherAnswers(
  sources: readonly AnswerSource[],
  options: GatherOptions,
  start: Start,
): Promise<GatheredAnswers> {
  const { ask, defaults, morePackages } = options;
  const given = (name: AskedName): AnswerSource | undefined =>
    sources.find(({ values }) => values[name] !== undefined) ??
    (name === 'packages' && morePackages ? { place: () => '--requirements', values: { packages: [] } } : undefined);
  if (!ask && !defaults) refuseMissing(questionNames.filter(name => questions[name].required && !given(name)));
  const interview = new Interview(given, options, { ...start, answers: {} });
  return gathered(await interview.run());
}

const gathered = ({ answers, pin }: QuestionContext): GatheredAnswers => ({
  answers: answers as Answers,
  pin: pin as Pin,
});

/** Why a check does not let answers pass; undefined if it does. */
function faultIn(check: () => unknown): Failure | undefined {
  try {
    check();
    return undefined;
  } catch (error) {
    if (error instanceof Failure && error.exitCode !== ExitCode.interrupted) return error;
    throw error;
  }
}

/** The same without the option: at the question itself, none was typed. */
function atQuestion(failure: Failure, { flag }: Question<unknown>): Failure {
  const prefix = `--${flag}: `;
  if (!failure.message.startsWith(prefix)) return failure;
  return new Failure(failure.message.slice(prefix.length), failure.hint, failure.exitCode, failure, failure.faults);
}

class Interview {
  /** What is known before each question. */
  private readonly contexts: QuestionContext[] = [];
  /** What the user has answered. */
  private readonly said = new Map<AskedName, unknown>();
  /** The questions that were answered by the user, in their order. */
  private readonly path: number[] = [];
  private readonly pins = new Map<string, Pin>();
  /** The question to ask although it was answered. */
  private again: AskedName | undefined;

  private readonly given: (name: AskedName) => AnswerSource | undefined;
  private readonly options: GatherOptions;
  private readonly start: QuestionContext;

  constructor(given: (name: AskedName) => AnswerSource | undefined, options: GatherOptions, start: QuestionContext) {
    this.given = given;
    this.options = options;
    this.start = start;
  }

  /** Goes through all questions, as often as the user wants. */
  async run(): Promise<QuestionContext> {
    let context = this.start;
    for (let at = 0; ;) {
      const name = questionNames[at];
      if (name === undefined) {
        const change = await this.review(context);
        if (change === undefined) return context;
        at = this.returnTo(questionNames.indexOf(change));
        context = this.contexts[at] ?? this.start;
        continue;
      }
      this.contexts[at] = context;
      const next = await this.answer(name, context);
      if (next === back) {
        at = this.returnTo(this.path.at(-1) ?? at);
        context = this.contexts[at] ?? this.start;
      } else if (next !== 'again') {
        context = next;
        at += 1;
      }
    }
  }

  private async review(context: QuestionContext): Promise<AskedName | undefined> {
    const { review, check, tell } = this.options;
    const asked = [...new Set(this.path)].map(at => questionNames[at] as AskedName);
    if (asked.length === 0) return undefined;
    for (;;) {
      const change = await review?.(context, asked);
      if (change !== undefined || !check || !tell) return change;
      const fault = faultIn(() => check(gathered(context)));
      if (fault === undefined) return undefined;
      tell(fault);
    }
  }

  /** Makes a question the next to be asked. */
  private returnTo(at: number): number {
    while ((this.path.at(-1) ?? -1) >= at) this.path.pop();
    this.again = questionNames[at];
    return at;
  }

  /** What is known with the answer to one question. */
  private async answer(name: AskedName, context: QuestionContext): Promise<QuestionContext | typeof back | 'again'> {
    const question = questionNamed(name);
    const source = this.given(name);
    const isAsked = !source && this.options.ask !== undefined && question.asked?.(context) !== false;
    try {
      const value = isAsked
        ? await this.askFor(name, question, context)
        : source
          ? parseAnswer(question, source.values[name], context, source.place(name))
          : question.parse(question.initial(context), context, `--${question.flag}`);
      if (value === back) return back;
      const known = await this.withAnswer(name, value, context);
      if (isAsked) this.path.push(questionNames.indexOf(name));
      return known;
    } catch (error) {
      const { tell } = this.options;
      if (!isAsked || !tell || !(error instanceof Failure) || error.exitCode === ExitCode.interrupted) throw error;
      tell(atQuestion(error, question));
      this.again = name;
      return 'again';
    }
  }

  /** The user's answer: that of before as long as it fits, unless it is to be changed. */
  private async askFor(name: AskedName, question: Question<unknown>, context: QuestionContext): Promise<unknown> {
    const earlier = this.said.get(name);
    const isKept = this.said.has(name) && !faultIn(() => question.parse(earlier, context, question.flag));
    if (isKept && this.again !== name) return earlier;
    this.again = undefined;
    const asking = { canGoBack: this.path.length > 0, ...(isKept ? { earlier } : {}) };
    const value = await this.options.ask?.(question, context, asking);
    if (value === back) return back;
    this.said.set(name, value);
    return question.parse(value, context, `--${question.flag}`);
  }

  private async withAnswer(name: AskedName, answer: unknown, context: QuestionContext): Promise<QuestionContext> {
    const { morePackages } = this.options;
    let value = answer;
    if (name === 'packages' && morePackages) {
      const all = [...(value as string[]), ...(await morePackages(context.answers as Answers))];
      value = questionNamed(name).parse(all, context, '--requirements');
    }
    const known: QuestionContext = { ...context, answers: { ...context.answers, [name]: value } };
    if (name !== 'nixpkgs') return known;
    // Before nixpkgs is downloaded: what is invalid with any nixpkgs. Afterwards, what this one does not have.
    this.checkGiven(context);
    const pinned = { ...known, pin: await this.pin(value as string) };
    this.checkGiven(pinned);
    return pinned;
  }

  /** Checks what is given for the questions after nixpkgs. */
  private checkGiven(context: QuestionContext): void {
    for (const name of questionNames.slice(questionNames.indexOf('nixpkgs') + 1)) {
      const source = this.given(name);
      if (source) parseAnswer(questionNamed(name), source.values[name], context, source.place(name));
    }
  }

  private async pin(nixpkgs: string): Promise<Pin> {
    const pin = this.pins.get(nixpkgs) ?? (await this.options.pin(nixpkgs));
    this.pins.set(nixpkgs, pin);
    return pin;
  }
}

function refuseMissing(names: readonly AskedName[]): void {
  if (names.length === 0) return;
  const flags = names.map(name => `--${questions[name].flag}`).join(', ');
  throw badRequest(
    `Missing answers: ${flags}; there is no terminal to ask on.`,
    'Set them with the flags or an answers file, or accept the defaults with --yes.',
  );
}
