import { findRelease, pinOf } from '../../src/catalog/releases.ts';
import { gatherAnswers } from '../../src/model/interview.ts';
import { checkProject, type Project } from '../../src/model/project.ts';
import type { Answers } from '../../src/model/questions.ts';

/** A project named hello with these answers, the others by default, on the day of nixpkgs 24.05 that has Bazel 5 to 7. */
export async function projectWith(answers: Partial<Answers>, today = new Date('2026-11-01')): Promise<Project> {
  const nixpkgs = answers.bazel === '5' ? '24.05' : '26.05';
  const gathered = await gatherAnswers(
    [{ place: name => name, values: { nixpkgs, ...answers } }],
    { defaults: true, pin: async name => pinOf(findRelease(name) ?? assertRelease(name)) },
    { today, folder: 'hello' },
  );
  return checkProject({ ...gathered, services: ['c-d'], processes: { 'e-f': 'rq worker' } }).project;
}

function assertRelease(name: string): never {
  throw new Error(`no release ${name} in the catalog`);
}
