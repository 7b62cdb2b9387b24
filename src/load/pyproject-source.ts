import { join } from 'node:path';
import type { AnswerSource } from '../model/answers.ts';
import type { FrameworkName } from '../catalog/frameworks.ts';
import { applicable } from '../pyproject/applicable.ts';
import { withoutBasePackages } from '../model/project.ts';
import { parsePyproject } from '../pyproject/pyproject.ts';
import { formatRequirement, readRequirementTexts } from '../packaging/requirement.ts';
import type { ProjectFiles } from './project-files.ts';

/** What the pyproject.toml of a project says. */
export interface PyprojectAnswers {
  /** Its packages, as answers. */
  readonly source: AnswerSource;
  /** Minor version of Python (`3.13`); undefined unless it names exactly one. */
  readonly python: string | undefined;
  /** The packages of its dev group, as PEP 508 texts. */
  readonly development: readonly string[];
  /** The attributes of nixpkgs that it sets for packages, by name. */
  readonly attributes: ReadonlyMap<string, string>;
}

/**
 * Reads the pyproject.toml of a project; undefined if there is none.
 * @param framework that of the project, whose packages are not answers
 * @throws Failure (exit code 2) if it is not valid, or lists what nix/python.nix does not support
 */
export function readPyprojectAnswers(
  { folder, text: textOf }: ProjectFiles,
  framework: FrameworkName,
): PyprojectAnswers | undefined {
  const file = join(folder, 'pyproject.toml');
  const text = textOf('pyproject.toml');
  if (text === undefined) return undefined;
  const { dependencies, dev, python, attributes } = parsePyproject(text, file);
  return {
    source: {
      place: () => file,
      values: { packages: withoutBasePackages(applicable(dependencies, python, file), 'runtime', framework) },
    },
    python,
    development: readRequirementTexts(applicable(dev, python, file), file).map(formatRequirement),
    attributes,
  };
}
