import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Built } from '../bazel/build.ts';
import type { TargetResult } from '../bazel/events.ts';
import { badRequest, ExitCode } from '../project/failure.ts';
import { fromStored } from '../project/stored.ts';
import type { Request } from './flags.ts';
import { document } from './outcome.ts';
import type { World } from './world.ts';

/** `build`: builds and tests the project in a folder. */
export async function runBuild(request: Request, world: World): Promise<ExitCode> {
  const folder = resolve(world.folder, request.positionals[0] ?? '.');
  const name = nameOf(folder);
  const built = await buildIn(folder, name, world);
  world.out.write(request.on.has('json') ? document({ target: folder, build: built }) : describe(built));
  return ExitCode.done;
}

/** Builds a project whose image has that name, as `build` does and as `new --build` does at its end. */
export async function buildIn(folder: string, name: string, world: Omit<World, 'out'>): Promise<Built> {
  const { build } = await import('../bazel/build.ts');
  const { environment, signal, interactive, screen } = world;
  return build({ folder, environment, signal, interactive, write: screen.write }, name);
}

/** One line a target, then the image: the result for people. */
export function describe({ targets, durations, image }: Built): string {
  const lines = targets.map(target => `${statusOf(target).padStart(9)}  ${target.label}\n`);
  const times = `Shell ${seconds(durations.shell)}, Bazel ${seconds(durations.bazel)}.\n`;
  return `${lines.join('')}${times}${image ? `Image ${image.name}:latest ${image.digest}\n` : ''}`;
}

const statusOf = ({ built, test }: TargetResult): string => test?.toLowerCase() ?? (built ? 'built' : 'failed');

const seconds = (milliseconds: number): string => `${(milliseconds / 1000).toFixed(1)} s`;

/** The name of the project that was written into a folder. */
function nameOf(folder: string): string {
  const file = join(folder, '.yo-rc.json');
  const hint = 'Give the folder of a project, or write one first: nix-python-container new FOLDER';
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw badRequest(`${folder} is no project of this generator: it has no .yo-rc.json.`, hint, error);
  }
  const name = fromStored(text, file)?.values.name;
  if (typeof name !== 'string') throw badRequest(`${file} names no project of this generator.`, hint);
  return name;
}
