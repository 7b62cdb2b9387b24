import type { Source } from '../project/answers.ts';
import { besideBase } from '../project/project.ts';
import { readPyproject } from '../project/pyproject.ts';
import { formatRequirement, readRequirementTexts } from '../project/requirement.ts';

/** What the pyproject.toml of a project lists. */
export interface Listed {
  /** Its packages, for the answers. */
  readonly source: Source;
  /** Its dev group. */
  readonly development: readonly string[];
}

/**
 * Reads the packages of a project that is there.
 * @param file the path of its pyproject.toml, for messages
 * @throws Failure (exit code 2) if it cannot be read, or lists what nix/python.nix could not honour
 */
export function listedIn(text: string, file: string): Listed {
  const { dependencies, dev } = readPyproject(text, file);
  return {
    source: { place: () => file, values: { packages: besideBase(dependencies, 'runtime') } },
    development: readRequirementTexts(dev, file).map(formatRequirement),
  };
}
