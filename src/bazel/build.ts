import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import { runChecks } from '../doctor/run-checks.ts';
import type { Finding } from '../doctor/finding.ts';
import { machineChecks } from '../doctor/checks.ts';
import { ExitCode, Failure, failed } from '../errors/failure.ts';
import { likelyCause } from './failure-causes.ts';
import { type BuildEvents, readEvents, type TargetResult } from './build-events.ts';
import { type BuildContext, runInShell } from './nix-shell.ts';

/** The result of a build. Durations in milliseconds: of preparing the shell, of Bazel. */
export interface Built {
  readonly targets: readonly TargetResult[];
  readonly durations: { readonly shell: number; readonly bazel: number };
  /**
   * `digest` is that of the image manifest (`sha256:…`), `size` the bytes of all that it is made of, not compressed. Undefined if Bazel
   * built no image, or left it in a remote cache.
   */
  readonly image?: { readonly name: string; readonly digest: string; readonly size: number };
}

/** Bazel's exit codes of a successful build: 4 means that there are no tests. */
const successCodes: readonly (number | null)[] = [0, 4];

/**
 * Builds and tests everything in a project, in its shell: `bazel test //...`. Shows the output of Bazel.
 * @param name the name of the image, without tag
 * @throws Failure with the likely cause and the path of the log (exit code 1), or because it was interrupted (130)
 */
export async function build(context: BuildContext, name: string): Promise<Built> {
  await checkMachine(context);
  const records = await mkdtemp(join(tmpdir(), 'nix-python-container-'));
  const events = join(records, 'events.json');
  const started = performance.now();
  const shell = await runInShell(context, 'true', { progress: false });
  const ready = performance.now();
  if (shell.code !== 0 || context.signal.aborted) throw await failure(shell.log, shell.log, records, context);

  const command = 'exec bazel test --build_event_json_file="$BUILD_EVENTS" //...';
  const bazel = await runInShell(context, command, { progress: true, variables: { BUILD_EVENTS: events } });
  const result = readEvents(await readFile(events, 'utf8').catch(() => ''));
  const ended = performance.now();
  // What Bazel printed on the terminal is only in the events.
  const output = stripVTControlCharacters(result.log || bazel.log);
  if (!successCodes.includes(bazel.code) || context.signal.aborted)
    throw await failure(output, shell.log + output, records, context);

  const image = await imageOf(result, name);
  await rm(records, { recursive: true });
  return {
    targets: result.targets,
    durations: { shell: Math.round(ready - started), bazel: result.duration ?? Math.round(ended - ready) },
    ...(image ? { image } : {}),
  };
}

/**
 * Checks what a build needs of the machine, and warns of what may stop it.
 * @throws Failure (exit code 1) if nothing can be built, or because it was interrupted (130)
 */
export async function checkMachine(context: BuildContext): Promise<void> {
  const checks = machineChecks.filter(check => check.beforeBuild);
  const found = await runChecks(checks, context).catch((error: unknown) => {
    throw context.signal.aborted ? interrupted(`The project is in ${context.folder}.`) : error;
  });
  const hint = ({ fix }: Finding): string => (fix ? `Fix: ${fix}` : 'See nix-python-container doctor.');
  const failedCheck = found.find(({ state }) => state === 'failed');
  if (failedCheck) throw failed(`${failedCheck.message}, so nothing can be built.`, hint(failedCheck));
  for (const finding of found.filter(({ state }) => state === 'warning')) {
    context.write(`warning: ${finding.message}. ${hint(finding)}\n`);
  }
}

/** The failure of what was interrupted (exit code 130). */
export const interrupted = (where: string): Failure =>
  new Failure('Interrupted: the build was stopped.', where, ExitCode.interrupted);

/** The failure of a build. Looks for the cause in `output`, and keeps `log` in the folder `records`. */
export async function failure(
  output: string,
  log: string,
  records: string,
  { folder, signal }: BuildContext,
): Promise<Failure> {
  const file = join(records, 'build.log');
  await writeFile(file, log);
  const where = `The project is in ${folder}; the log is in ${file}.`;
  if (signal.aborted) return interrupted(where);
  const { cause, fix } = likelyCause(output) ?? { cause: 'Bazel failed.', fix: 'Read its output.' };
  return failed(`The build failed: ${cause}`, `${fix} ${where}`);
}

/** The image: its digest from the OCI layout of rules_oci or the digest file of rules_docker, its size from //image:size. */
async function imageOf({ outputs }: BuildEvents, name: string): Promise<Built['image']> {
  const files = [...outputs].flatMap(([label, paths]) => (label.startsWith('//image:') ? paths : []));
  const read = (end: string): Promise<string | undefined> => {
    const file = files.find(url => url.startsWith('file:') && url.endsWith(end));
    return file ? readFile(fileURLToPath(file), 'utf8').catch(() => undefined) : Promise.resolve(undefined);
  };
  const layout = await read('/image/image/index.json');
  const digest = layout
    ? (JSON.parse(layout) as { manifests: { digest: string }[] }).manifests[0]?.digest
    : (await read('/image/image.digest'))?.trim();
  const size = Number(await read('/image/size.txt'));
  return digest && size ? { name, digest, size } : undefined;
}
