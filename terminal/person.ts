import inquirer, { type DistinctQuestion } from 'inquirer';
import { askThrough, type Prompt, settleThrough } from './prompts.ts';

const prompt: Prompt = async question => {
  const { answer } = await inquirer.prompt([{ ...question, name: 'answer' } as DistinctQuestion]);
  return answer;
};

/** Asks the questions of the table on this process's terminal. */
export const askOnTerminal = askThrough(prompt);

/** Asks what to do with a file that was changed. */
export const settleOnTerminal = settleThrough(prompt);
