/** What rendering gives: path below the project's folder (with `/`, never leading) to text. The core's only output. */
export type Rendered = ReadonlyMap<string, string>;

/** What the disk holds at those paths; a path that is not there is absent from the map. */
export type ExistingFiles = ReadonlyMap<string, string>;

/**
 * What commit does with one path.
 * `identical` leaves it alone; `conflict` is a text somebody else wrote, settled by a person or by `--force` into `update`.
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

/** Compares what was rendered with what the disk holds; the steps stand in the order of their paths. */
export function plan(rendered: Rendered, found: ExistingFiles): Plan {
  return [...rendered]
    .map(([path, after]): Step => {
      const before = found.get(path);
      if (before === undefined) return { path, action: 'create', after };
      return { path, action: before === after ? 'identical' : 'conflict', before, after };
    })
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}
