import { access } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { journalName } from '../fs/commit.ts';
import { lockHolder } from '../fs/lock.ts';
import { shellPath, shellQuote } from '../text/shell-quote.ts';
import { type Finding, ok, warning } from './finding.ts';
import { run } from './machine.ts';
import { type DoctorContext, userFiles } from './project-facts.ts';

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

/** The git repository that a folder is in. */
async function repositoryOf(folder: string): Promise<string | undefined> {
  if (await exists(join(folder, '.git'))) return folder;
  return folder === dirname(folder) ? undefined : repositoryOf(dirname(folder));
}

/** Checks whether the generated files are tracked: in a git repository, a flake sees no others. */
export async function checkGit(context: DoctorContext): Promise<Finding> {
  const { folder, facts } = context;
  const repository = await repositoryOf(folder);
  if (repository === undefined) return ok('No git repository: a flake sees every file');
  const paths = [...facts.texts.keys()].filter(path => !userFiles.includes(path));
  const { fault, stdout, message } = await run(context, 'git', 'ls-files', '-z', '--', ...paths);
  if (fault !== undefined) {
    const isForeign = message.includes('dubious ownership');
    const trust = `git config --global --add safe.directory ${shellQuote(repository)}`;
    return warning(`git failed, and nix develop needs it: ${message}`, isForeign ? trust : 'sudo apt-get install git');
  }
  const tracked = new Set(stdout.split('\0'));
  const untracked = paths.filter(path => !tracked.has(path));
  if (untracked.length === 0) return ok('git tracks all generated files');
  const isMany = untracked.length > 3;
  const names = isMany ? `${untracked.slice(0, 3).join(', ')} and ${untracked.length - 3} more` : untracked.join(', ');
  return warning(
    `git does not track ${names}: nix develop sees only tracked files`,
    `git add ${isMany ? '.' : untracked.map(shellPath).join(' ')}`,
  );
}

/** Checks for the journal of a run that is in progress, or was killed. */
export async function checkJournal({ folder }: DoctorContext): Promise<Finding> {
  const journal = join(folder, journalName);
  if (!(await exists(journal))) return ok('No run was interrupted here');
  const holder = await lockHolder(journal);
  if (holder !== undefined)
    return warning(`Another run is in progress here (process ${holder}): check again when it has finished`);
  return warning(
    `A run was interrupted here and left ${journalName}: the next run will roll it back`,
    'nix-python-container new .',
  );
}
