import { readFileSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { packageCatalog } from '../catalog/packages.ts';
import { badRequest } from '../errors/failure.ts';
import { readText, reasonOf } from '../fs/text-file.ts';
import { classify } from '../model/package-names.ts';
import { isTestTool } from '../packaging/test-tools.ts';
import { formatRequirement, mergeRequirements, type Requirement } from '../packaging/requirement.ts';
import { type ParsedRequirements, readRequirements } from '../packaging/requirements-file.ts';
import { readOtherFormat } from '../pyproject/requirement-formats.ts';

/**
 * The packages of several files, each once. What is not carried over is added to `warnings`, and so are test tools, which
 * belong into the dev group.
 * @throws Failure (exit code 2) if a file cannot be read, or asks for versions that exclude each other
 */
export function readRequirementsFiles(
  files: readonly string[],
  python: string,
  folder: string,
  warnings: string[],
): string[] {
  const read = files.map(file => readRequirementsFile(file, python, folder));
  for (const { skipped, notes } of read) {
    warnings.push(...notes.map(note => `${note}.`));
    warnings.push(...skipped.map(({ place, line, reason }) => `${place}: left out "${line}": ${reason}.`));
  }
  const carried = read
    .flatMap(({ requirements }) => requirements)
    .filter(({ requirement, place }) => {
      // What nixpkgs never has must not refuse all the rest.
      const verdict = classify(requirement, undefined, packageCatalog());
      if (verdict.kind !== 'never') return true;
      warnings.push(`${place}: left out ${requirement.name}. ${verdict.message.replace(/^packages: /, '')}`);
      return false;
    });
  const tools = carried
    .filter(({ requirement }) => isTestTool(requirement.name))
    .map(({ requirement }) => requirement.name);
  if (tools.length > 0) {
    warnings.push(
      `${[...new Set(tools)].join(', ')}: tools for tests and development, which go into the image from this list. ` +
        'Move them with remove and add --dev.',
    );
  }
  return mergeAll(
    carried.map(({ requirement }) => requirement),
    files,
  ).map(formatRequirement);
}

const mergeAll = (requirements: readonly Requirement[], files: readonly string[]): readonly Requirement[] =>
  mergeRequirements([...requirements], files.join(', '));

function readRequirementsFile(file: string, python: string, folder: string): ParsedRequirements {
  const path = relative(folder, resolve(folder, file)) || file;
  const read = (name: string): string => readOrRefuse(resolve(folder, name), name);
  return readOtherFormat(path, read(path)) ?? readRequirements(path, read, { pythonVersion: python });
}

function readOrRefuse(path: string, shown: string): string {
  try {
    // For the checks: a pipe would keep us waiting.
    const text = readText(path);
    return text.includes('\ufffd') || text.includes('\0') ? decoded(readFileSync(path)) : text;
  } catch (error) {
    throw badRequest(`${shown} cannot be read: ${reasonOf(error)}.`, 'Check the path.', error);
  }
}

/** A text in UTF-16 with a byte order mark, as PowerShell writes it, in UTF-8, or else in Latin-1. */
function decoded(bytes: Buffer): string {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return bytes.toString('utf16le').slice(1);
  if (first === 0xfe && second === 0xff)
    return Buffer.from(bytes.subarray(0, bytes.length & ~1))
      .swap16()
      .toString('utf16le')
      .slice(1);
  return bytes.includes(0) ? bytes.toString('utf8') : bytes.toString('latin1');
}
