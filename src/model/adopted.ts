import { badRequest } from '../errors/failure.ts';

/** What a project found in its folder when it was created, and leaves to its users. */
export interface Adopted {
  /** The paths that a new project would have had generated: merged, or left alone, for ever. */
  readonly files: readonly string[];
  /** The app's own configuration of gunicorn, if the server has to be told of it. */
  readonly serverConfig?: string;
}

/** What templates and Starlark can have as a path. */
const path = /^[A-Za-z0-9_.][\w.+-]*(?:\/[A-Za-z0-9_][\w.+-]*)*$/;

/**
 * Checks what .yo-rc.json says of adopted files.
 * @param where the place that messages name
 * @throws Failure (exit code 2) if it is not what this generator writes
 */
export function parseAdopted(value: unknown, where: string): Adopted | undefined {
  if (value === undefined) return undefined;
  const { files, serverConfig } = (value ?? {}) as Record<string, unknown>;
  const isPath = (item: unknown): item is string =>
    typeof item === 'string' && path.test(item) && !item.split('/').includes('..');
  if (Array.isArray(files) && files.every(isPath) && (serverConfig === undefined || isPath(serverConfig))) {
    return { files, ...(serverConfig === undefined ? {} : { serverConfig }) };
  }
  throw badRequest(
    `${where}: adopted must have files, a list of paths, and may have serverConfig, a path.`,
    'Restore the file from an older commit.',
  );
}
