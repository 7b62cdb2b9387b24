import { resolve } from 'node:path';
import type { Built } from '../bazel/build.ts';
import type { TargetResult } from '../bazel/build-events.ts';
import { ExitCode } from '../errors/failure.ts';
import { openProject } from '../load/find-project.ts';
import type { Request } from './request.ts';
import { jsonDocument } from './json-output.ts';
import type { Context } from '../load/context.ts';

/** `build`: builds and tests the project in a folder. */
export async function runBuild(request: Request, context: Context): Promise<ExitCode> {
  const { folder, name } = openProject(resolve(context.folder, request.positionals[0] ?? '.'));
  const built = await buildIn(folder, name, context);
  context.stdout.write(request.on.has('json') ? jsonDocument({ target: folder, build: built }) : describe(built));
  return ExitCode.done;
}

/** Builds a project whose image has that name, as `build` does and as `new --build` does at its end. */
export async function buildIn(folder: string, name: string, context: Omit<Context, 'stdout'>): Promise<Built> {
  const { build } = await import('../bazel/build.ts');
  const { environment, signal, interactive, stderr } = context;
  return build({ folder, environment, signal, interactive, write: stderr.write }, name);
}

/** One line a target, then the image: the result for people. */
export function describe({ targets, durations, image }: Built): string {
  const lines = targets.map(target => `${statusOf(target).padStart(9)}  ${target.label}\n`);
  const times = `Shell ${seconds(durations.shell)}, Bazel ${seconds(durations.bazel)}.\n`;
  return `${lines.join('')}${times}${image ? `Image ${image.name}:latest ${image.digest}\n` : ''}`;
}

const statusOf = ({ built, test }: TargetResult): string => test?.toLowerCase() ?? (built ? 'built' : 'failed');

const seconds = (milliseconds: number): string => `${(milliseconds / 1000).toFixed(1)} s`;
