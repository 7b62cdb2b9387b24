import { findRelease, pinOf, type Release } from '../../src/catalog/releases.ts';
import { checkProject } from '../../src/model/project.ts';
import type { PackageSource } from '../../src/model/questions.ts';
import { render } from '../../src/render/render.ts';
import { answersWith } from '../answers.ts';

/** The text of a generated file of a project with these packages. */
export function rendered(path: string, packagesFrom: PackageSource = 'nixpkgs'): string {
  const answers = answersWith({ nixpkgs: '26.05', packages: [], packagesFrom });
  const { project } = checkProject({ answers, pin: pinOf(findRelease('26.05') as Release) });
  return render(project, '0.0.0').get(path) ?? '';
}
