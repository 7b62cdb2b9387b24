import type { Release } from '../catalog/releases.ts';
import { lackOf, type ToolName } from '../catalog/tools.ts';
import { badRequest } from '../errors/failure.ts';

/**
 * Refuses a release of nixpkgs that has a tool in no version which will do; one that is not known may have it.
 * @param otherwise what helps beside another release, as the end of a sentence
 * @throws Failure (exit code 2)
 */
export function requireTool(tool: ToolName, release: Release | undefined, otherwise: string, where: string): void {
  const lack = release && lackOf(tool, release);
  if (!lack) return;
  throw badRequest(
    `${where}: nixpkgs ${release.name} has ${lack.before}.`,
    `Choose nixpkgs ${lack.since} or later, or ${otherwise}.`,
  );
}
