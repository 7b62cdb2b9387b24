import { execFile } from 'node:child_process';
import { badRequest, ExitCode, Failure, failed } from '../errors/failure.ts';

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
  const listing = await lsRemote(repository, refs, patience, signal).catch(error => {
    throw explain(error, repository, branch, signal);
  });
  const commits = new Map(listing.split('\n').map(line => line.split('\t').reverse() as [string, string]));
  const commit = refs.map(ref => commits.get(ref)).find(found => found !== undefined);
  // git matches the ends of names, so that others may have come instead.
  if (commit === undefined) throw noSuchBranch(repository, branch);
  return commit;
}

/** Runs git without a shell and without anything it could ask. */
function lsRemote(
  repository: string,
  refs: string[],
  timeout: number,
  signal: AbortSignal | undefined,
): Promise<string> {
  const env = { ...process.env, GIT_TERMINAL_PROMPT: '0', LC_ALL: 'C' };
  const args = ['ls-remote', '--exit-code', '--', repository, ...refs];
  return new Promise((resolve, reject) => {
    execFile('git', args, { env, timeout, ...(signal && { signal }) }, (error, stdout, stderr) =>
      error ? reject(Object.assign(error, { stderr })) : resolve(stdout),
    );
  });
}

type GitError = Error & { code?: number | string; killed?: boolean; stderr?: string };

function explain(error: GitError, repository: string, branch: string, signal: AbortSignal | undefined): Failure {
  const hint = 'Check the connection and the proxy (HTTPS_PROXY, NO_PROXY), or give a commit or a URL instead.';
  if (signal?.aborted) {
    return new Failure(`Asking ${repository} was stopped.`, 'Nothing was written.', ExitCode.interrupted, error);
  }
  if (error.code === 'ENOENT') {
    return failed('git, which finds the commit of a branch, is not installed.', 'Install it, or give a commit.', error);
  }
  if (error.code === noMatch) return noSuchBranch(repository, branch);
  if (error.killed) return failed(`${repository} did not answer git in time.`, hint, error);
  const said = /^(?:fatal|error): (.*)$/m.exec(error.stderr ?? '')?.[1] ?? `git ended with ${error.code}`;
  return failed(`git could not ask ${repository}: ${said.replace(/\p{Cc}/gu, ' ')}.`, hint, error);
}

const noSuchBranch = (repository: string, branch: string): Failure =>
  badRequest(
    `${repository} has no branch or tag ${JSON.stringify(branch)}.`,
    'Give a branch like nixos-unstable or nixos-26.05, or a commit.',
  );
