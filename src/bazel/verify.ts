import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { compareImages, type Difference } from '../image/compare-images.ts';
import { openImage } from '../image/open-image.ts';
import { runProcess } from '../process/run-process.ts';
import { checkMachine, failure, interrupted } from './build.ts';
import { readEvents } from './build-events.ts';
import { copySources } from './copy-sources.ts';
import { type BuildContext, runInShell } from './nix-shell.ts';

/** What is verified. */
export interface Verifiable {
  /** The name of the project, which its base image has too. */
  readonly name: string;
  /** The labels of its images. */
  readonly images: readonly string[];
  /** Whether they are OCI layouts (MODULE.bazel), or archives as Docker loads them (WORKSPACE). */
  readonly layouts: boolean;
}

/** An image that was built twice. */
export interface BuiltTwice {
  readonly label: string;
  /** Both digests; for WORKSPACE those of the configuration, which names all layers. */
  readonly digests: readonly [string, string];
  readonly differences: readonly Difference[];
}

/** A derivation that Nix built again with another result. */
export interface Unstable {
  readonly derivation: string;
  readonly differences: readonly Difference[];
}

export interface Verified {
  readonly images: readonly BuiltTwice[];
  /** The derivations of the base image that Nix built again, by name, and those that came out in another way. */
  readonly nix: { readonly rebuilt: readonly string[]; readonly unstable: readonly Unstable[] };
}

/**
 * Builds the images of a project twice and compares them: in its folder, and from scratch by another Bazel in a copy elsewhere,
 * without caches. In between, Nix builds the base image again (`--check`). Changes no file of the project.
 * @throws Failure (exit code 1) if something cannot be built, or because it was interrupted (130)
 */
export async function verify(context: BuildContext, what: Verifiable): Promise<Verified> {
  await checkMachine(context);
  const work = await mkdtemp(join(tmpdir(), 'nix-python-container-'));
  const base = join(work, 'bazel');
  try {
    const step = (number: number, says: string): void => context.write(`${number}/3 ${says}\n`);
    step(1, 'Building the image in the project.');
    const first = await buildImages(context, context.folder, what, work, '', '');
    step(2, 'Building the base image again, by Nix.');
    const nix = await checkBaseImage(context, what, work);
    step(3, 'Building the image from scratch, in another folder.');
    const copy = join(work, 'copy');
    await mkdir(copy);
    await copySources(context.folder, copy, context);
    const startup = `--output_base="$WORK/bazel" --max_idle_secs=10`;
    const noCache = '--disk_cache= --remote_cache= --remote_executor=';
    const second = await buildImages({ ...context, folder: copy }, context.folder, what, work, startup, noCache);

    const images: BuiltTwice[] = [];
    for (const [position, label] of what.images.entries()) {
      const pair = [first[position] as string, second[position] as string] as const;
      images.push({ label, ...(await comparePair(pair, work)) });
    }
    return { images, nix };
  } finally {
    await endServer(base);
    // Bazel makes folders of its output read-only.
    await runProcess('chmod', ['-R', 'u+w', work], { environment: context.environment });
    await rm(work, { recursive: true, force: true });
  }
}

/**
 * Builds the images in a folder; returns their paths.
 * @param project the folder of the project, for messages
 */
async function buildImages(
  context: BuildContext,
  project: string,
  { images, layouts }: Verifiable,
  work: string,
  startup: string,
  options: string,
): Promise<string[]> {
  const ending = layouts ? '' : '.tar';
  const labels = images.map(label => `${label}${ending}`).join(' ');
  const events = join(work, 'events.json');
  const build = `bazel ${startup} build --build_event_json_file="$WORK/events.json" ${options} ${labels}`;
  const { code, log } = await runInShell(
    context,
    `${build} && bazel ${startup} info ${options} bazel-bin > "$WORK/bin"`,
    { progress: true, variables: { WORK: work } },
  );
  if (code !== 0 || context.signal.aborted) {
    // What Bazel printed on the terminal is only in the events.
    const told = readEvents(await readFile(events, 'utf8').catch(() => '')).log;
    throw await stopped(stripVTControlCharacters(told || log), context, project);
  }
  const folder = (await readFile(join(work, 'bin'), 'utf8')).trim();
  return images.map(label => `${folder}/${label.slice(2).replace(':', '/')}${ending}`);
}

/** The derivations that this project defines, by their names: the base image's parts, and the Python in it. */
const ownDerivations = (name: string): string =>
  `-(stream-)?${name.replaceAll('.', '[.]')}-base([.-][^/]*)?[.]drv$|-python3-[0-9.]+-env[.]drv$`;

/** Lets Nix build again those whose outputs are in its store. What differs, it keeps beside the output, and the folder of the build. */
const recheck = `
for derivation in $(nix-store --query --requisites "$(nix-instantiate nix/nixpkgs.nix -A "$ATTRIBUTE")" | grep -E -- "$OWN"); do
  if nix-store --query --outputs "$derivation" | xargs nix-store --check-validity 2> /dev/null; then echo "$derivation"; fi
done > "$WORK/derivations"
TMPDIR="$WORK" xargs -r nix-store --realise --check --keep-failed --keep-going < "$WORK/derivations" > /dev/null`;

/** The derivations that Nix found to differ when it built them again, each with its two outputs. */
export function differingIn(log: string): { derivation: string; outputs: [string, string] }[] {
  return log.split('\n').flatMap(line => {
    // Newer versions of Nix put some paths in double quotes.
    const [before = '', derivation = '', says, one = '', differs, other = ''] = line.split(/['"]/);
    const isOne =
      before.endsWith('derivation ') && says === ' may not be deterministic: output ' && differs === ' differs from ';
    return isOne ? [{ derivation, outputs: [one, other] as [string, string] }] : [];
  });
}

async function checkBaseImage(
  context: BuildContext,
  { name, layouts }: Verifiable,
  work: string,
): Promise<Verified['nix']> {
  const variables = { ATTRIBUTE: layouts ? 'project.image.oci' : 'project.image.layers', OWN: ownDerivations(name) };
  const { code, log } = await runInShell(context, recheck, {
    progress: false,
    variables: { ...variables, WORK: work },
  });
  const unstableOnes = differingIn(log);
  if (context.signal.aborted || (code !== 0 && unstableOnes.length === 0))
    throw await stopped(log, context, context.folder);
  const nameOf = (path: string): string => basename(path, '.drv').replace(/^[a-z0-9]{32}-/, '');
  const rebuilt = (await readFile(join(work, 'derivations'), 'utf8')).split('\n').filter(line => line !== '');
  const unstable: Unstable[] = [];
  for (const { derivation, outputs } of unstableOnes) {
    const { differences } = await comparePair(outputs, work).catch(() => ({ differences: [] }));
    unstable.push({ derivation: nameOf(derivation), differences });
  }
  return { rebuilt: rebuilt.map(nameOf), unstable };
}

async function comparePair(
  paths: readonly [string, string],
  work: string,
): Promise<Pick<BuiltTwice, 'digests' | 'differences'>> {
  const first = await openImage(paths[0], work);
  const second = await openImage(paths[1], work);
  return { digests: [first.digest, second.digest], differences: await compareImages(first, second) };
}

/** The failure of a step. Its log stays on disk, unless it was interrupted. */
async function stopped(log: string, context: BuildContext, project: string): Promise<Error> {
  if (context.signal.aborted) return interrupted(`The project is in ${project}.`);
  const records = await mkdtemp(join(tmpdir(), 'nix-python-container-'));
  return failure(log, log, records, { ...context, folder: project });
}

/** Ends the Bazel server of an output folder, which would keep files open. */
async function endServer(base: string): Promise<void> {
  const pid = Number(await readFile(join(base, 'server/server.pid.txt'), 'utf8').catch(() => ''));
  try {
    if (pid > 0) process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}
