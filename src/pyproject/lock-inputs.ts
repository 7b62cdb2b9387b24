import { badRequest } from '../errors/failure.ts';
import { normaliseName } from '../packaging/requirement.ts';
import type { PyprojectDocument } from './pyproject.ts';

/** The inputs of a project's lock files. */
export interface ProjectRequirements {
  /** The requirements (PEP 508) of [project] dependencies, and those with all dependency groups. */
  readonly requirements: { readonly runtime: readonly string[]; readonly development: readonly string[] };
  /** [tool.nixpkgs] packages: those that come from nixpkgs instead, normalised. */
  readonly fromNixpkgs: readonly string[];
}

/**
 * Collects the requirements to lock from a pyproject.toml: of all dependency groups, or those of [tool.nixpkgs] groups.
 * @throws Failure (exit code 2) if a dependency group includes itself or one that does not exist (PEP 735)
 */
export function requirementsToLock({ toml, dependencies, file }: PyprojectDocument): ProjectRequirements {
  const value = toml.value as { readonly [key: string]: Record<string, unknown> | undefined };
  const groups = new Map(
    Object.entries(value['dependency-groups'] ?? {}).map(([name, list]) => [normaliseName(name), list]),
  );
  const requirementsOf = (group: string, within: readonly string[] = []): string[] => {
    const list = groups.get(group);
    if (!Array.isArray(list) || within.includes(group)) {
      const why = within.includes(group) ? 'includes itself' : 'does not exist';
      throw badRequest(`${file}: the dependency group ${group} ${why}.`, 'Correct [dependency-groups].');
    }
    return list.flatMap((item: unknown) => {
      if (typeof item === 'string') return [item];
      const included = (item as { 'include-group'?: unknown } | null)?.['include-group'];
      return typeof included === 'string' ? requirementsOf(normaliseName(included), [...within, group]) : [];
    });
  };
  const { packages: taken, groups: named } = (value.tool?.nixpkgs ?? {}) as { packages?: unknown; groups?: unknown };
  const wanted = Array.isArray(named) ? named.map(name => normaliseName(String(name))) : [...groups.keys()];
  const development = [...dependencies, ...wanted.flatMap(group => requirementsOf(group))];
  return {
    requirements: { runtime: dependencies, development: [...new Set(development)] },
    fromNixpkgs: Array.isArray(taken) ? taken.filter(name => typeof name === 'string').map(normaliseName) : [],
  };
}
