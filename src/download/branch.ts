import { quoted } from '../text/shown.ts';
import { releases } from '../catalog/releases.ts';
import { didYouMean } from '../text/suggest.ts';
import { badRequest, ExitCode, Failure, failed } from '../errors/failure.ts';
import { runGit } from '../process/git.ts';
import type { ProcessResult } from '../process/run-process.ts';

export interface BranchOptions {
  readonly signal?: AbortSignal | undefined;
  /** How long git may take, in milliseconds. */
  readonly patience?: number | undefined;
}

const defaultPatience = 60_000;
/** What `git ls-remote --exit-code` ends with when nothing matched. */
const noMatch = 2;

/**
 * The commit (40 hexadecimal digits) a branch of a remote repository is at, or a tag if no branch has the name.
 * @param repository a URL git can clone
 * @throws Failure: exit code 2 if there is no such branch, 130 if it was stopped, 1 if git is missing or fails.
 */
export async function commitOfBranch(
  repository: string,
  branch: string,
  { signal, patience = defaultPatience }: BranchOptions = {},
): Promise<string> {
  // An annotated tag is an object of its own; ^{} is the commit it is for.
  const refs = [`refs/heads/${branch}`, `refs/tags/${branch}^{}`, `refs/tags/${branch}`];
  const result = await runGit(['ls-remote', '--exit-code', '--', repository, ...refs], {
    environment: process.env,
    // Outside of any repository: its settings could name another address, or programs to run.
    folder: '/',
    timeout: patience,
    signal,
  });
  if (result.fault !== undefined) throw failureOf(result, repository, branch);
  const commits = new Map(result.stdout.split('\n').map(line => line.split('\t').reverse() as [string, string]));
  const commit = refs.map(ref => commits.get(ref)).find(found => found !== undefined);
  // git matches the ends of names, so that others may have come instead.
  if (commit === undefined) throw noSuchBranch(repository, branch);
  return commit;
}

function failureOf(
  { fault, exitCode, message, stderr, cause }: ProcessResult,
  repository: string,
  branch: string,
): Failure {
  const hint = `${isKnown(branch) ? '' : didYouMean(branch, branches())}Check the connection and the proxy (HTTPS_PROXY, NO_PROXY), or give a commit or a URL instead.`;
  if (fault === 'aborted') {
    return new Failure(`Asking ${repository} was interrupted.`, 'Nothing was written.', ExitCode.interrupted, cause);
  }
  if (fault === 'not-found') {
    return failed(
      'git, which looks up the commit of a branch, is not installed.',
      'Install it, or give a commit.',
      cause,
    );
  }
  if (exitCode === noMatch) return noSuchBranch(repository, branch);
  if (fault === 'timed-out') return failed(`${repository} did not answer git in time.`, hint, cause);
  // git's first complaint says what happened, its last one only that it gives up.
  const [, said = message] = /^(?:fatal|error): (.*)$/m.exec(stderr) ?? [];
  return failed(`git could not query ${repository}: ${said}`, hint, cause);
}

/** Branches of nixpkgs that may have been meant. */
const branches = (): string[] => ['master', 'nixos-unstable-small', ...releases().map(({ branch }) => branch)];

const isKnown = (branch: string): boolean => branches().includes(branch);

const noSuchBranch = (repository: string, branch: string): Failure =>
  badRequest(
    `${repository} has no branch or tag ${quoted(branch)}.`,
    `${didYouMean(branch, branches())}Give a branch like nixos-unstable or nixos-26.05, or a commit.`,
  );
