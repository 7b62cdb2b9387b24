import { cp, lstat, mkdir, readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { runGit } from '../process/git.ts';
import type { ProcessOptions } from '../process/run-process.ts';

/** What a project without a git repository has in its folder, and no build reads. */
const notSources = /^(\.git|\.venv|\.nix-python-container|bazel-[^/]*|result[^/]*|node_modules|__pycache__)$/;

/** The user's own settings of Bazel, which git ignores. */
const settings = 'user.bazelrc';

/**
 * Copies what a project is built from into an empty folder: the files that git knows or does not ignore, and the settings of Bazel.
 * Without git, all but the output of builds.
 * @param from a project's folder
 * @throws the system's error
 */
export async function copySources(from: string, to: string, options: ProcessOptions): Promise<void> {
  const listed = await runGit(['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    ...options,
    folder: from,
  });
  const paths =
    listed.fault === undefined
      ? [...listed.stdout.split('\0').filter(path => path !== ''), settings]
      : (await readdir(from)).filter(name => !notSources.test(name));
  for (const path of new Set(paths)) {
    // In the index of git, but deleted.
    if (!(await lstat(join(from, path)).catch(() => undefined))) continue;
    await mkdir(dirname(join(to, path)), { recursive: true });
    const isSource = (source: string): boolean => !source.split('/').some(name => /^(\.git|__pycache__)$/.test(name));
    await cp(join(from, path), join(to, path), { recursive: true, verbatimSymlinks: true, filter: isSource });
  }
}
