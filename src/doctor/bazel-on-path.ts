import { offlineEnvironment } from '../process/environment.ts';
import { ask, type Answer, type Machine, findOnPath } from './run-program.ts';
import { type Finding, ok, warning } from './finding.ts';
import type { ProjectFacts } from './project-facts.ts';

/** A Bazel, or a bazelisk that chooses one, on PATH. */
export interface OnPath {
  readonly file: string;
  /** What `--version` said. */
  readonly answer: Answer;
}

/** Judges the Bazel on PATH by that of the project's shell; it is none of the project's needs. */
export function judgeOnPath(found: OnPath | undefined, facts: ProjectFacts | undefined): Finding {
  if (!found) return ok('No Bazel on PATH: each project brings its own');
  const { file, answer } = found;
  const version = 'output' in answer ? /(\d+\.\d+\.\d\S*)/.exec(answer.output)?.[1] : undefined;
  const told = version ? `is Bazel ${version}` : 'does not say which Bazel it is';
  const wanted = facts?.bazel;
  if (wanted === undefined) return ok(`${file} ${told}; each project brings its own`);
  if (version?.split('.')[0] === wanted) return ok(`${file} ${told}, as in the project's shell`);
  return warning(
    `${file} ${told}, and the project's shell has Bazel ${wanted}: use that`,
    "nix-shell --run 'bazel test //...'",
  );
}

/** Looks for a Bazel on PATH. */
export async function lookOnPath(machine: Machine, facts: ProjectFacts | undefined): Promise<Finding> {
  for (const program of ['bazel', 'bazelisk']) {
    const file = await findOnPath(program, machine);
    if (file === undefined) continue;
    // bazelisk would download a Bazel to answer.
    const offline = { ...machine, environment: offlineEnvironment(machine.environment) };
    return judgeOnPath({ file, answer: await ask(offline, file, '--version') }, facts);
  }
  return judgeOnPath(undefined, facts);
}

/** Judges what asks for another Bazel than that of shell.nix, whose launcher then stops. */
export function judgeWish(
  { bazel, texts }: ProjectFacts,
  { USE_BAZEL_VERSION }: Readonly<Record<string, string | undefined>>,
): readonly Finding[] {
  const wishes = [
    { by: 'USE_BAZEL_VERSION', version: USE_BAZEL_VERSION, fix: 'unset USE_BAZEL_VERSION' },
    { by: '.bazelversion', version: texts.get('.bazelversion')?.split('\n')[0]?.trim(), fix: 'rm .bazelversion' },
  ];
  return wishes
    .filter(({ version }) => version && bazel !== undefined && version.split('.')[0] !== bazel)
    .map(({ by, version, fix }) =>
      warning(`${by} asks for Bazel ${version}, shell.nix has Bazel ${bazel}, which will not start then`, fix),
    );
}
