import { join } from 'node:path';
import type { AnswerSource } from '../model/answers.ts';
import { withoutBasePackages } from '../model/project.ts';
import { readPyproject } from '../pyproject/pyproject.ts';
import { formatRequirement, readRequirementTexts } from '../packaging/requirement.ts';
import type { ProjectFiles } from './project-files.ts';

/** What the pyproject.toml of a project lists. */
export interface PyprojectAnswers {
  /** Its packages, for the answers. */
  readonly source: AnswerSource;
  /** The one Python that it names; undefined if it names none, or a range. */
  readonly python: string | undefined;
  /** Its dev group. */
  readonly development: readonly string[];
  /** The attributes that are entered, by name. */
  readonly attributes: ReadonlyMap<string, string>;
}

/**
 * Reads the packages of the project in a folder; undefined if it has no pyproject.toml.
 * @throws Failure (exit code 2) if it cannot be read, or lists what nix/python.nix could not honour
 */
export function readPyprojectAnswers({ folder, text: textOf }: ProjectFiles): PyprojectAnswers | undefined {
  const file = join(folder, 'pyproject.toml');
  const text = textOf('pyproject.toml');
  if (text === undefined) return undefined;
  const { dependencies, dev, python, attributes } = readPyproject(text, file);
  return {
    source: { place: () => file, values: { packages: withoutBasePackages(dependencies, 'runtime') } },
    python,
    development: readRequirementTexts(dev, file).map(formatRequirement),
    attributes,
  };
}
