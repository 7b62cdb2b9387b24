import { resolve } from 'node:path';
import type { Built } from '../bazel/build.ts';
import type { TargetResult } from '../bazel/build-events.ts';
import { ExitCode } from '../errors/failure.ts';
import { openProject } from '../load/find-project.ts';
import { moduleOf } from '../model/name.ts';
import { nextSteps, runCommands } from './next-steps.ts';
import type { Request } from './request.ts';
import { printResult } from './json-output.ts';
import type { Context } from '../load/context.ts';

/** `build`: builds and tests the project in a folder. */
export async function runBuild(request: Request, context: Context): Promise<ExitCode> {
  const { folder, name } = openProject(resolve(context.folder, request.positionals[0] ?? '.'));
  const built = await buildIn(folder, name, context);
  printResult(request, context, { text: describe(built), json: { target: folder, build: built } });
  if (!request.on.has('json')) context.stderr.write(nextSteps(folder, runCommands(moduleOf(name)), context));
  return ExitCode.done;
}

/**
 * Builds a project, for `build` and `new --build`.
 * @param name the project's name, which is that of its image
 */
export async function buildIn(folder: string, name: string, context: Omit<Context, 'stdout'>): Promise<Built> {
  const { build } = await import('../bazel/build.ts');
  const { refuseOldNix } = await import('./refuse-old-nix.ts');
  await refuseOldNix(folder, context);
  const { environment, signal, interactive, stderr } = context;
  return build({ folder, environment, signal, interactive, write: stderr.write }, name);
}

/** The result as text: one line for each target, the durations, the image. */
export function describe({ targets, durations, image }: Built): string {
  const lines = targets.map(target => `${statusOf(target).padStart(9)}  ${target.label}\n`);
  const times = `Shell ${seconds(durations.shell)}, Bazel ${seconds(durations.bazel)}.\n`;
  return `${lines.join('')}${times}${image ? `Image ${image.name}:latest ${image.digest}, ${megabytes(image.size)}\n` : ''}`;
}

const statusOf = ({ built, test }: TargetResult): string => test?.toLowerCase() ?? (built ? 'built' : 'failed');

const seconds = (milliseconds: number): string => `${(milliseconds / 1000).toFixed(1)} s`;

const megabytes = (bytes: number): string => `${Math.round(bytes / 1e6)} MB`;
