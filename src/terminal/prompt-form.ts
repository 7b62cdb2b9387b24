import { Failure } from '../errors/failure.ts';
import type { Question, QuestionContext } from '../model/questions.ts';

/** A question, much in the form of inquirer. Its name is that of its flag. */
export interface PromptQuestion {
  readonly name: string;
  readonly type: 'input' | 'confirm' | 'select' | 'search' | 'checkbox';
  readonly message: string;
  /** What the answer is for. */
  readonly purpose?: string;
  /** The answer may be `back`. */
  readonly canGoBack?: boolean;
  readonly default?: unknown;
  /** The default of an `input` is there to be changed. */
  readonly editable?: boolean;
  readonly choices?: readonly Line[];
  readonly source?: (term?: string) => readonly Line[];
  readonly validate?: (answer: unknown) => true | string;
}

/** One choice. */
export interface Line {
  readonly value: string;
  readonly name: string;
  readonly description?: string;
}

/** Asks one question: on the terminal, or through Yeoman's adapter. */
export type Prompt = (question: PromptQuestion) => Promise<unknown>;

/** Some versions of inquirer pass the choice of a search to `validate`, others its value. */
export const valueOf = (choice: unknown): string => String((choice as { value?: unknown } | null)?.value ?? choice);

/** What is wrong with an answer, in the form of inquirer: true if nothing is. */
export function complaint(question: Question<unknown>, value: unknown, context: QuestionContext): true | string {
  try {
    question.parse(value, context, question.flag);
    return true;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    // At the question itself, its name says nothing.
    const { message, hint } = error;
    const prefix = `${question.flag}: `;
    return `${message.startsWith(prefix) ? message.slice(prefix.length) : message} ${hint}`;
  }
}
