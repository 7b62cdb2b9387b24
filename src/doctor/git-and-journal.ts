import { access } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { journalName } from '../fs/commit.ts';
import { lockHolder } from '../fs/lock.ts';
import { ask } from './run-program.ts';
import { type Finding, ok, warning } from './finding.ts';
import { besides, type DoctorContext } from './project-facts.ts';

const isThere = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

/** The nearest folder, this one or one above, that is a git repository. */
async function repositoryOf(folder: string): Promise<string | undefined> {
  if (await isThere(join(folder, '.git'))) return folder;
  return folder === dirname(folder) ? undefined : repositoryOf(dirname(folder));
}

/** Looks whether git knows the generated files: in a repository, a flake sees only those. */
export async function lookAtGit(place: DoctorContext): Promise<Finding> {
  const { folder, facts } = place;
  const repository = await repositoryOf(folder);
  if (repository === undefined) return ok('No git repository: a flake sees every file');
  const paths = [...facts.texts.keys()].filter(path => !besides.includes(path));
  const answer = await ask(place, 'git', 'ls-files', '-z', '--', ...paths);
  if ('fault' in answer) {
    const foreign = /dubious ownership/.test(answer.fault);
    const fix = foreign ? `git config --global --add safe.directory '${repository}'` : 'sudo apt-get install git';
    return warning(`git does not tell what it knows, and nix develop asks it too: ${answer.fault}`, fix);
  }
  const known = new Set(answer.output.split('\0'));
  const unknown = paths.filter(path => !known.has(path));
  if (unknown.length === 0) return ok('git knows all generated files');
  const isMany = unknown.length > 3;
  const names = isMany ? `${unknown.slice(0, 3).join(', ')} and ${unknown.length - 3} more` : unknown.join(', ');
  return warning(
    `git does not know ${names}, and nix develop sees only what git knows`,
    `git add ${isMany ? '.' : unknown.join(' ')}`,
  );
}

/** Looks for what a killed run of ours has left. */
export async function lookAtJournal({ folder }: DoctorContext): Promise<Finding> {
  const journal = join(folder, journalName);
  if (!(await isThere(journal))) return ok('No run was interrupted here');
  const holder = await lockHolder(journal);
  if (holder !== undefined)
    return warning(`Another run is in progress here (process ${holder}): look again when it has ended`);
  return warning(
    `A run was interrupted here and left ${journalName}: the next one undoes what it had begun`,
    'nix-python-container new .',
  );
}
