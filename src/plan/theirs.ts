import type { Adopted } from '../model/adopted.ts';
import { rootOnly } from '../model/quality.ts';
import type { Rendered } from '../render/render.ts';

/** Files of its users to which a project adds what it needs in them: see `planTheirs`. */
export const addedTo = ['.dockerignore', '.gitignore', 'pyproject.toml'] as const;

/** Left alone: what they are for is the users' own to say. */
const leftAlone: readonly string[] = ['.envrc', 'README.md', ...Object.values(rootOnly)];

/** The paths of generated files that may be somebody's own already, and then stay theirs. */
export const adoptablePaths: readonly string[] = [...addedTo, ...leftAlone];

/** The generated files without those that are its users' own. */
export const withoutTheirs = (rendered: Rendered, adopted: Adopted | undefined): Rendered =>
  adopted ? new Map([...rendered].filter(([path]) => !adopted.files.includes(path))) : rendered;
