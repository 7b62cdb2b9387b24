import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { unifiedPatch } from '../disk/diff.ts';
import { failed } from '../project/failure.ts';
import type { Plan, Step } from '../project/plan.ts';
import { changes } from '../terminal/screen.ts';
import { readIfThere } from './sources.ts';

const run = promisify(execFile);

/** The patch that takes a change back where git cannot. */
const undoPath = '.nix-python-container.undo';

/** What git says of a folder. */
export interface Worktree {
  /** The files below it that git knows, as paths below it. */
  readonly tracked: ReadonlySet<string>;
  /** Those that are changed, new or deleted, and not committed. */
  readonly dirty: readonly string[];
}

/** What git knows of a folder; undefined if it is in no repository, or there is no git. */
export async function worktreeOf(folder: string): Promise<Worktree | undefined> {
  const git = async (...args: string[]): Promise<string[]> => {
    const { stdout } = await run('git', ['-C', folder, ...args], { maxBuffer: 2 ** 28 });
    return stdout.split('\0').filter(Boolean);
  };
  try {
    const [tracked, dirty] = await Promise.all([
      git('ls-files', '-z', '--', '.'),
      git('status', '--porcelain', '-z', '--no-renames', '--untracked-files=all', '--', '.'),
    ]);
    return { tracked: new Set(tracked), dirty: dirty.map(line => line.slice(3)) };
  } catch {
    return undefined;
  }
}

/**
 * Refuses to carry out a plan in a folder in which something is not committed.
 * @throws Failure (exit code 1)
 */
export function refuseDirty(folder: string, plan: Plan, worktree: Worktree | undefined): void {
  if (!worktree || worktree.dirty.length === 0 || changes(plan).length === 0) return;
  const [first, second, third, ...more] = worktree.dirty;
  const named = [first, second, third].filter(Boolean).join(', ') + (more.length > 0 ? ` and ${more.length} more` : '');
  throw failed(
    `There are changes in ${folder} that are not committed: ${named}. Nothing was written.`,
    'Commit them, so that git can take you back; or run it with --force.',
  );
}

/** A plan with its way back. */
export interface Returnable {
  readonly plan: Plan;
  /** The command, to be run in the project, that takes it back; undefined if nothing changes. */
  readonly back?: string;
}

/** Gives a plan its way back: git's if all that it changes is committed, else a patch that the plan leaves in the project. */
export function withWayBack(folder: string, plan: Plan, worktree: Worktree | undefined): Returnable {
  const changing = changes(plan);
  if (changing.length === 0) return { plan };
  const old = changing.filter(({ before }) => before !== undefined).map(({ path }) => path);
  const fresh = changing.filter(({ before }) => before === undefined).map(({ path }) => path);
  if (worktree?.dirty.length === 0 && old.every(path => worktree.tracked.has(path))) {
    const commands = [
      ...(old.length > 0 ? ['git restore .'] : []),
      ...(fresh.length > 0 ? [`rm ${fresh.join(' ')}`] : []),
    ];
    return { plan, back: commands.join(' && ') };
  }
  const after = changing.map(reversed).map(unifiedPatch).join('');
  const before = readIfThere(`${folder}/${undoPath}`);
  const step: Step =
    before === undefined
      ? { path: undoPath, action: 'create', after }
      : { path: undoPath, action: 'update', before, after };
  return { plan: [step, ...plan], back: `git apply ${undoPath}` };
}

const reversed = ({ path, action, before, after }: Step): Step => ({
  path,
  action,
  ...(after === undefined ? {} : { before: after }),
  ...(before === undefined ? {} : { after: before }),
});
