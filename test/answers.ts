import { type Answers, pickAnswers, questionNames, questions } from '../src/model/questions.ts';

/** Answers to all questions: those given, for the others the defaults of a project named hello. */
export function answersWith(given: Partial<Answers>): Answers {
  const context = { today: new Date('2026-11-01'), folder: 'hello', answers: given };
  return { ...pickAnswers(questionNames, name => questions[name].initial(context) as never), ...given };
}
