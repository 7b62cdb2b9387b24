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

/** What a build gave. Durations in milliseconds: of making the shell, of Bazel. */
export interface Built {
  readonly targets: readonly TargetResult[];
  readonly durations: { readonly shell: number; readonly bazel: number };
  /** `digest` is that of the image's manifest (`sha256:…`); undefined if Bazel built no image. */
  readonly image?: { readonly name: string; readonly digest: string };
}

/** Bazel's exit codes that mean a build that is as it should be; 4 is one without a single test in it. */
const fine: readonly (number | null)[] = [0, 4];

/**
 * Builds and tests everything in a project, in its own shell: `bazel test //...`, with Bazel's output passed through.
 * @param name the name of the image, without tag
 * @throws Failure (exit code 1) with the likely cause and the log's path, (130) if it was interrupted
 */
export async function build(context: BuildContext, name: string): Promise<Built> {
  const asked = machineChecks.filter(check => check.beforeBuild);
  const found = await runChecks(asked, context).catch((error: unknown) => {
    throw context.signal.aborted ? interrupted(`The project stays in ${context.folder}.`) : error;
  });
  const hint = ({ fix }: Finding): string => (fix ? `Fix: ${fix}` : 'See nix-python-container doctor.');
  const stops = found.find(({ state }) => state === 'failed');
  if (stops) throw failed(`${stops.message}, so nothing can be built.`, hint(stops));
  for (const finding of found.filter(({ state }) => state === 'warning')) {
    context.write(`warning: ${finding.message}. ${hint(finding)}\n`);
  }
  const records = await mkdtemp(join(tmpdir(), 'nix-python-container-'));
  const events = join(records, 'events.json');
  const started = performance.now();
  const shell = await runInShell(context, 'true', { progress: false });
  const ready = performance.now();
  if (shell.code !== 0 || context.signal.aborted) throw await failure(shell.log, shell.log, records, context);

  const command = 'exec bazel test --build_event_json_file="$BUILD_EVENTS" //...';
  const bazel = await runInShell(context, command, { progress: true, variables: { BUILD_EVENTS: events } });
  const told = readEvents(await readFile(events, 'utf8').catch(() => ''));
  const ended = performance.now();
  // With a terminal of its own, Bazel's words are only in the events.
  const said = stripVTControlCharacters(told.log || bazel.log);
  if (!fine.includes(bazel.code) || context.signal.aborted)
    throw await failure(said, shell.log + said, records, context);

  const digest = await digestOf(told);
  await rm(records, { recursive: true });
  return {
    targets: told.targets,
    durations: { shell: Math.round(ready - started), bazel: told.duration ?? Math.round(ended - ready) },
    ...(digest ? { image: { name, digest } } : {}),
  };
}

const interrupted = (place: string): Failure =>
  new Failure('Interrupted: the build was stopped.', place, ExitCode.interrupted);

/** What a user is told of a build that came to nothing. The cause is looked for in `said`; `log` is kept, whole. */
async function failure(said: string, log: string, records: string, { folder, signal }: BuildContext): Promise<Failure> {
  const file = join(records, 'build.log');
  await writeFile(file, log);
  const place = `The project stays in ${folder}; the log is in ${file}.`;
  if (signal.aborted) return interrupted(place);
  const { cause, fix } = likelyCause(said) ?? { cause: 'Bazel ended with an error.', fix: 'Read what it printed.' };
  return failed(`The build failed: ${cause}`, `${fix} ${place}`);
}

/**
 * The digest of the image's manifest: from the OCI layout of rules_oci, or the file that rules_docker writes.
 * Files that Bazel left in a remote cache are not fetched for it.
 */
async function digestOf({ outputs }: BuildEvents): Promise<string | undefined> {
  const files = [...outputs].flatMap(([label, paths]) => (label.startsWith('//image:') ? paths : []));
  const read = (end: string): Promise<string | undefined> => {
    const file = files.find(url => url.startsWith('file:') && url.endsWith(end));
    return file ? readFile(fileURLToPath(file), 'utf8').catch(() => undefined) : Promise.resolve(undefined);
  };
  const layout = await read('/image/image/index.json');
  if (layout) return (JSON.parse(layout) as { manifests: { digest: string }[] }).manifests[0]?.digest;
  return (await read('/image/image.digest'))?.trim();
}
