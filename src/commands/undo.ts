import { relative } from 'node:path';
import { unifiedPatch } from '../plan/diff.ts';
import { findNearestFolder, folderAbove, levelsAbove, locateFrom, pathFrom } from '../fs/locate.ts';
import { shellPath, shellQuote } from '../text/shell-quote.ts';
import { runGit, withoutFilters } from '../process/git.ts';
import type { Context } from '../load/context.ts';
import { type Failure, failed } from '../errors/failure.ts';
import type { ExistingFiles, Plan, Step } from '../plan/plan.ts';
import { undoPath } from '../plan/record.ts';
import { changes } from '../terminal/output.ts';

/** The state of a folder in git. */
export interface Worktree {
  /** The tracked files in the folder, as paths below it. */
  readonly tracked: ReadonlySet<string>;
  /** Changed, new and deleted files that are not committed. */
  readonly dirty: readonly string[];
  /** Whether git is installed. */
  readonly git: boolean;
}

/**
 * Asks git for the state of a folder. Nothing is tracked outside of a repository, or without git.
 * @param above files above the folder that matter too (`../`)
 */
export async function worktreeOf(
  folder: string,
  { environment, signal }: Pick<Context, 'environment' | 'signal'>,
  above: readonly string[] = [],
): Promise<Worktree> {
  const options = { environment, signal, folder, maxOutput: 2 ** 28 };
  // A submodule has settings of its own, and nothing in it is changed.
  const status = ['status', '--porcelain', '-z', '--no-renames', '--untracked-files=all', '--ignore-submodules=dirty'];
  const [tracked, changed] = await Promise.all([
    runGit(['ls-files', '-z', '--', '.', ...above], options),
    withoutFilters(options).then(safe => runGit([...status, '--', '.', ...above], safe)),
  ]);
  const fault = tracked.fault ?? changed.fault;
  if (fault !== undefined) return { tracked: new Set(), dirty: [], git: fault !== 'not-found' };
  const lines = (text: string): string[] => text.split('\0').filter(Boolean);
  const dirty = lines(changed.stdout)
    .map(line => line.slice(3))
    .filter(path => !path.endsWith(undoPath));
  return { tracked: new Set(lines(tracked.stdout)), dirty, git: true };
}

/** A failure (exit code 1) if a plan would change a folder that has uncommitted changes. */
export function uncommitted(folder: string, plan: Plan, { dirty }: Worktree): Failure | undefined {
  if (dirty.length === 0 || changes(plan).length === 0) return undefined;
  const [first, second, third, ...more] = dirty;
  const named = [first, second, third].filter(Boolean).join(', ') + (more.length > 0 ? ` and ${more.length} more` : '');
  return failed(
    `${folder} has uncommitted changes: ${named}. Nothing was written.`,
    'Commit them, so that git can undo the update, or use --force.',
  );
}

/** A plan, and how to undo it. */
export interface UndoablePlan {
  readonly plan: Plan;
  /** The shell command that undoes it, to be run in the project; undefined if nothing changes. */
  readonly undo?: string;
}

/**
 * Makes a plan undoable: by git if everything that it changes is committed, else by a patch that the plan leaves in the project.
 * @param found includes the patch of an earlier run, if there is one
 */
export async function withUndo(
  folder: string,
  plan: Plan,
  worktree: Worktree,
  found: ExistingFiles,
): Promise<UndoablePlan> {
  const { folder: root } = await findNearestFolder(folder);
  // Neither git nor patch writes through a symbolic link.
  const changing = await Promise.all(
    changes(plan).map(async step => ({ ...step, path: relative(root, (await locateFrom(root, step.path)).file) })),
  );
  if (changing.length === 0) return { plan };
  const old = changing.filter(({ before }) => before !== undefined).map(({ path }) => path);
  const fresh = changing.filter(({ before }) => before === undefined).map(({ path }) => path);
  if (worktree.dirty.length === 0 && old.every(path => worktree.tracked.has(path))) {
    const commands = [
      ...(old.length > 0
        ? [['git restore .', ...old.filter(path => path.startsWith('../')).map(shellQuote)].join(' ')]
        : []),
      ...(fresh.length > 0 ? [`rm ${fresh.map(shellPath).join(' ')}`] : []),
    ];
    return { plan, undo: commands.join(' && ') };
  }
  // Neither git nor patch changes files above the folder that it runs in.
  const levels = levelsAbove(changing.map(({ path }) => path));
  const base = folderAbove(root, levels);
  const after = changing
    .map(step => unifiedPatch(reversed({ ...step, path: pathFrom(base, root, step.path) })))
    .join('');
  const before = found.get(undoPath);
  const step: Step =
    before === undefined
      ? { path: undoPath, action: 'create', after }
      : { path: undoPath, action: 'update', before, after };
  // Without -p1, git guesses, and wrongly below a folder that is called nix.
  const up = '../'.repeat(levels).slice(0, -1);
  const undo = worktree.git
    ? `git ${up && `-C ${up} `}apply -p1 --whitespace=nowarn ${shellQuote(pathFrom(base, root, undoPath))}`
    : `patch -p1 ${up && `-d ${up} `}< ${undoPath}`;
  return { plan: [step, ...plan], undo };
}

const reversed = ({ path, action, before, after }: Step): Step => ({
  path,
  action,
  ...(after === undefined ? {} : { before: after }),
  ...(before === undefined ? {} : { after: before }),
});
