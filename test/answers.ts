import { type Answers, pickAnswers, questionNames, questions } from '../src/model/questions.ts';

/** Answers to all questions: those given, for the others the defaults of a project named hello. */
export function answersWith(given: Partial<Answers>): Answers {
  const context = { today: new Date('2026-11-01'), folder: 'hello', answers: given };
  return { ...pickAnswers(questionNames, name => questions[name].initial(context) as never), ...given };
}

/** The questions that are asked on a terminal about a project with the defaults; those of `given` have answers. */
export const askedBut = (...given: readonly (keyof Answers)[]): (keyof Answers)[] => {
  const context = { today: new Date('2026-11-01'), folder: 'hello', answers: answersWith({}) };
  return questionNames.filter(name => !given.includes(name) && (questions[name].asked?.(context) ?? true));
};

/** Those of them that are asked after one, so that many presses of Enter take their defaults. */
export const askedAfter = (name: keyof Answers, ...given: readonly (keyof Answers)[]): (keyof Answers)[] =>
  askedBut(...given).filter(one => questionNames.indexOf(one) > questionNames.indexOf(name));

/** Options that give the answer "none" to every question that has one, but to switches. */
export const noneOfAll = (): string[] =>
  askedBut()
    .filter(name => typeof questions[name].unset !== 'undefined' && questions[name].prompt !== 'confirm')
    .map(name => `--${questions[name].flag}=${[questions[name].unset].flat().join(',')}`);
