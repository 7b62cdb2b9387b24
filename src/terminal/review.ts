import { failed } from '../errors/failure.ts';
import { describeAnswers } from '../model/described.ts';
import type { AskedName } from '../model/interview.ts';
import { back, type QuestionContext } from '../model/questions.ts';
import type { Prompt } from './prompt-form.ts';

/** What an answer to `review` that is not the name of a question means. */
const verdicts = { right: '', stop: '-' } as const;

/** Shows all answers, to be changed or accepted. */
export const reviewThrough =
  (prompt: Prompt) =>
  async (context: QuestionContext, changeable: readonly AskedName[]): Promise<AskedName | undefined> => {
    const lines = describeAnswers(context);
    const width = Math.max(...lines.map(({ label }) => label.length));
    const given = lines.filter(({ name, isSet }) => isSet && !changeable.includes(name));
    const answer = await prompt({
      type: 'select',
      name: 'review',
      message: 'Is everything right?',
      ...(given.length > 0
        ? { purpose: `Given: ${given.map(({ label, text }) => `${label} ${text}`).join(', ')}.` }
        : {}),
      default: verdicts.right,
      choices: [
        { value: verdicts.right, name: 'Yes, write the project' },
        ...lines
          .filter(({ name }) => changeable.includes(name))
          .map(({ name, label, text }) => ({ value: name, name: `Change ${label.padEnd(width)}  ${text}` })),
        { value: verdicts.stop, name: 'Stop, and write nothing' },
      ],
    });
    if (answer === verdicts.stop) throw failed('Stopped. Nothing was written.', 'Run it again to decide anew.');
    return answer === verdicts.right || answer === back ? undefined : (answer as AskedName);
  };
