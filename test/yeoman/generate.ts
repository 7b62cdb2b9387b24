import { join } from 'node:path';
import { mock } from 'node:test';
import helpers from 'yeoman-test';
import { shipped } from '../commands/process.ts';

/** The module of a generator, as it is shipped. */
export const generatorAt = (name: string): string => join(shipped, 'generators', name, 'index.js');

/** The input of a run under yeoman-test, which itself adds `force`: that would hide conflicts. */
export interface Given {
  readonly args?: string[];
  readonly options?: Record<string, unknown>;
  readonly answers?: Record<string, unknown>;
}

/** Runs a generator in a folder. Returns what it printed. */
export async function generate(cwd: string, { args = [], options = {}, answers = {} }: Given, name = 'app') {
  const printed = { stdout: '', stderr: '' };
  const mocks = (['stdout', 'stderr'] as const).map(stream =>
    mock.method(process[stream], 'write', (text: string) => {
      printed[stream] += text;
      return true;
    }),
  );
  try {
    const { askedQuestions } = await helpers
      .create(generatorAt(name), { tmpdir: false, autoCleanup: false, cwd })
      .withArguments(args)
      .withOptions({ force: false, ...options } as object)
      .withAnswers(answers, { throwOnMissingAnswer: true });
    return { ...printed, asked: askedQuestions.map(question => question.name) };
  } finally {
    for (const mocked of mocks) mocked.mock.restore();
  }
}
