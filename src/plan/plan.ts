import type { Rendered } from '../render/render.ts';

/** The texts on disk by path; a file that does not exist is absent. */
export type ExistingFiles = ReadonlyMap<string, string>;

/**
 * What a plan does with one path. `identical` leaves it alone; `conflict` would overwrite a text that was not generated: the
 * user, or `--force`, resolves it into `update` or `identical`.
 */
export type Action = 'create' | 'identical' | 'update' | 'merge' | 'conflict' | 'delete';

export interface Step {
  readonly path: string;
  readonly action: Action;
  /** The text on disk; undefined for `create`. */
  readonly before?: string;
  /** The text to be on disk; undefined for `delete`. */
  readonly after?: string;
}

export type Plan = readonly Step[];

/** Compares generated files with those on disk; the steps are sorted by path. */
export function plan(rendered: Rendered, found: ExistingFiles): Plan {
  return [...rendered]
    .map(([path, after]): Step => {
      const before = found.get(path);
      if (before === undefined) return { path, action: 'create', after };
      return { path, action: before === after ? 'identical' : 'conflict', before, after };
    })
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}
