import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ExitCode, Failure, failed } from '../project/failure.ts';
import { likelyCause } from './causes.ts';
import { type BuildEvents, readEvents, type TargetResult } from './events.ts';
import { lacking } from './needs.ts';

/** What a build runs in. */
export interface Site {
  readonly folder: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
  /** Do stdin and stderr belong to a terminal, on which Ctrl-C reaches Bazel by itself? */
  readonly interactive: boolean;
  readonly write: (text: string) => void;
}

/** What a build gave. Durations in milliseconds: of making the shell, of Bazel. */
export interface Built {
  readonly targets: readonly TargetResult[];
  readonly durations: { readonly shell: number; readonly bazel: number };
  /** `digest` is that of the image's manifest (`sha256:…`); undefined if Bazel built no image. */
  readonly image?: { readonly name: string; readonly digest: string };
}

/**
 * Builds and tests everything in a project, in its own shell: `bazel test //...`, with Bazel's output passed through.
 * @param name the name of the image, without tag
 * @throws Failure (exit code 1) with the likely cause and the log's path, (130) if it was interrupted
 */
export async function build(site: Site, name: string): Promise<Built> {
  const lacks = await lacking(site);
  for (const { what, mend, optional } of lacks) {
    if (!optional) throw failed(`${what}, so nothing can be built.`, `Mend it with: ${mend}`);
    site.write(`warning: ${what}. Mend it with: ${mend}\n`);
  }
  const records = await mkdtemp(join(tmpdir(), 'nix-python-container-'));
  const events = join(records, 'events.json');
  const started = performance.now();
  const shell = await inShell(site, 'true', {});
  const ready = performance.now();
  const bazel =
    shell.code === 0
      ? await inShell(site, 'exec bazel test --build_event_json_file="$BUILD_EVENTS" //...', { BUILD_EVENTS: events })
      : shell;
  const told = readEvents(await readFile(events, 'utf8').catch(() => ''));
  const ended = performance.now();

  if (site.signal.aborted || bazel.code !== 0) {
    const log = join(records, 'build.log');
    await writeFile(log, shell.code === 0 ? `${shell.log}${told.log || bazel.log}` : shell.log);
    throw failure(await readFile(log, 'utf8'), log, site);
  }
  const digest = await digestOf(told);
  await rm(records, { recursive: true });
  return {
    targets: told.targets,
    durations: { shell: Math.round(ready - started), bazel: told.duration ?? Math.round(ended - ready) },
    ...(digest ? { image: { name, digest } } : {}),
  };
}

function failure(text: string, log: string, { folder, signal }: Site): Failure {
  const place = `The project in ${folder} is as it was; the log is in ${log}.`;
  if (signal.aborted) return new Failure('Interrupted: the build was stopped.', place, ExitCode.interrupted);
  const { cause, mend } = likelyCause(text) ?? { cause: 'Bazel ended with an error', mend: 'Read the log.' };
  return failed(`The build failed: ${cause}`, `${mend} ${place}`);
}

/** Runs a command of bash in the project's shell. What it prints is passed on, to stderr; `log` has it too if it was a pipe. */
function inShell(
  site: Site,
  command: string,
  variables: Record<string, string>,
): Promise<{ code: number | null; log: string }> {
  const { folder, environment, signal, interactive, write } = site;
  // Bazel draws its progress itself if it is given the terminal.
  const passThrough = interactive && command !== 'true';
  const child = spawn('nix-shell', ['--run', command], {
    cwd: folder,
    env: { ...environment, ...variables },
    stdio: passThrough ? ['inherit', 2, 2] : ['ignore', 'pipe', 'pipe'],
    // A group of its own, to interrupt all of it; on a terminal it has to stay in the foreground's.
    detached: !interactive,
  });
  let log = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      log += text;
      write(text);
    });
  }
  const interrupt = () => child.pid && process.kill(interactive ? child.pid : -child.pid, 'SIGINT');
  signal.addEventListener('abort', interrupt, { once: true });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', code => {
      signal.removeEventListener('abort', interrupt);
      resolve({ code, log });
    });
  });
}

/** The digest of the image's manifest: from the OCI layout of rules_oci, or the file that rules_docker writes. */
async function digestOf({ outputs }: BuildEvents): Promise<string | undefined> {
  const files = [...outputs].flatMap(([label, files]) => (label.startsWith('//image') ? files : []));
  const layout = files.find(file => file.endsWith('/image/image/index.json'));
  if (layout) return JSON.parse(await readFile(fileURLToPath(layout), 'utf8')).manifests[0].digest;
  const digest = files.find(file => file.endsWith('/image/image.digest'));
  return digest && (await readFile(fileURLToPath(digest), 'utf8')).trim();
}
