import { relative, resolve } from 'node:path';
import { badRequest } from '../errors/failure.ts';
import { formatRequirement } from '../packaging/requirement.ts';
import { readRequirements } from '../packaging/requirements-file.ts';
import { readText, reasonOf } from '../fs/text-file.ts';

/** The packages of several files; what could not be carried over is added to `warnings`. */
export const readRequirementsFiles = (
  files: readonly string[],
  python: string,
  folder: string,
  warnings: string[],
): string[] => files.flatMap(file => readRequirementsFile(file, python, folder, warnings));

function readRequirementsFile(file: string, python: string, folder: string, warnings: string[]): string[] {
  const path = relative(folder, resolve(folder, file)) || file;
  const { requirements, leftOut } = readRequirements(path, name => readOrRefuse(resolve(folder, name), name), {
    pythonVersion: python,
  });
  warnings.push(...leftOut.map(({ where, line, reason }) => `${where}: left out "${line}": ${reason}.`));
  return requirements.map(formatRequirement);
}

function readOrRefuse(path: string, shown: string): string {
  try {
    return readText(path);
  } catch (error) {
    throw badRequest(`The requirements file ${shown} cannot be read: ${reasonOf(error)}.`, 'Check the path.', error);
  }
}
