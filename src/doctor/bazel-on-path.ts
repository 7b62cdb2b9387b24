import { offlineEnvironment } from '../process/environment.ts';
import type { ProcessResult } from '../process/run-process.ts';
import { type Finding, ok, warning } from './finding.ts';
import { findOnPath, type Machine, run } from './machine.ts';
import type { ProjectFacts } from './project-facts.ts';

/** A Bazel on PATH, or a bazelisk, which picks a version. */
export interface BazelOnPath {
  readonly file: string;
  /** Of `--version`. */
  readonly result: Pick<ProcessResult, 'fault' | 'stdout'>;
}

/** Compares the Bazel on PATH with that of the project's shell. Projects do not need it. */
export function assessBazelOnPath(found: BazelOnPath | undefined, facts: ProjectFacts | undefined): Finding {
  if (!found) return ok('No Bazel on PATH: each project provides its own');
  const { file, result } = found;
  const version = result.fault === undefined ? /(?<!\d)(\d+\.\d+\.\d\S*)/.exec(result.stdout)?.[1] : undefined;
  const described = version ? `${file} is Bazel ${version}` : `${file} did not report its version`;
  const wanted = facts?.bazel;
  if (wanted === undefined) return ok(`${described}; each project provides its own`);
  if (version?.split('.')[0] === wanted) return ok(`${described}, as in the project's shell`);
  return warning(
    `${described}, but the project's shell has Bazel ${wanted}: use that one`,
    "nix-shell --run 'bazel test //...'",
  );
}

/** Checks the Bazel on PATH. */
export async function checkBazelOnPath(machine: Machine, facts: ProjectFacts | undefined): Promise<Finding> {
  // In a project, bazelisk and the launchers of Debian and Homebrew would run its tools/bazel, or a program that .bazelversion names.
  const asked = facts?.texts.get('.bazelversion')?.trim();
  const version = asked && /^\d+(\.\d+)*$/.test(asked) ? { USE_BAZEL_VERSION: asked } : {};
  // bazelisk would download a Bazel to report its version.
  const environment = { ...offlineEnvironment(machine.environment), ...version };
  const offline = { ...machine, folder: '/', environment };
  for (const program of ['bazel', 'bazelisk']) {
    const file = await findOnPath(program, machine);
    if (file !== undefined) return assessBazelOnPath({ file, result: await run(offline, file, '--version') }, facts);
  }
  return assessBazelOnPath(undefined, facts);
}

/** Warns of settings that ask for another Bazel than shell.nix provides: its launcher refuses to start then. */
export function assessBazelVersion(
  { bazel, texts }: ProjectFacts,
  { USE_BAZEL_VERSION }: Machine['environment'],
): readonly Finding[] {
  const settings = [
    { name: 'USE_BAZEL_VERSION', version: USE_BAZEL_VERSION, fix: 'unset USE_BAZEL_VERSION' },
    { name: '.bazelversion', version: texts.get('.bazelversion')?.split('\n')[0]?.trim(), fix: 'rm .bazelversion' },
  ];
  return settings
    .filter(({ version }) => version && bazel !== undefined && version.split('.')[0] !== bazel)
    .map(({ name, version, fix }) =>
      warning(`${name} asks for Bazel ${version}, but shell.nix has Bazel ${bazel}, which will refuse to start`, fix),
    );
}
