import { stat, statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ask, type Answer, type Machine, findOnPath } from './run-program.ts';
import type { Check } from './run-checks.ts';
import { type Finding, ok, warning } from './finding.ts';
import { nixChecks } from './nix-installation.ts';

/** Free space in bytes under which a first build is likely to fill the disk: nixpkgs, Python, Bazel and an image. */
const enoughSpace = 4 * 2 ** 30;

/** Judges the free space, in bytes, of a disk that holds these folders. */
export function judgeSpace(free: number, folders: readonly string[]): Finding {
  const space = `${(free / 2 ** 30).toFixed(1)} GiB left on the disk of ${folders.join(' and ')}`;
  return free < enoughSpace
    ? warning(`There are ${space}: a first build needs 4 GiB`, 'nix-collect-garbage')
    : ok(space);
}

/** The project's disk, and those of the store and of Bazel where they are others. */
async function lookAtDisks({ environment, folder }: Machine): Promise<Finding[]> {
  const { HOME, XDG_CACHE_HOME = HOME && join(HOME, '.cache') } = environment;
  const disks = new Map<number, string[]>();
  for (const path of [folder, '/nix/store', ...(XDG_CACHE_HOME ? [join(XDG_CACHE_HOME, 'bazel')] : [])]) {
    const found = await nearest(path);
    if (found) disks.set(found.dev, [...(disks.get(found.dev) ?? []), found.path]);
  }
  return Promise.all(
    [...disks.values()].map(async ([first = '', ...others]) => {
      const { bavail, bsize } = await statfs(first);
      return judgeSpace(bavail * bsize, [first, ...others.filter(path => path === '/nix/store')]);
    }),
  );
}

/** The folder itself, or the nearest one above that is there; on which disk that is. */
async function nearest(path: string): Promise<{ path: string; dev: number } | undefined> {
  try {
    return { path, dev: (await stat(path)).dev };
  } catch {
    return path === dirname(path) ? undefined : nearest(dirname(path));
  }
}

/** Judges what a container engine said when it was asked about itself (`info`). */
export function judgeEngine(engine: 'docker' | 'podman', answer: Answer, platform: NodeJS.Platform): Finding {
  const name = { docker: 'Docker', podman: 'Podman' }[engine];
  if ('output' in answer) {
    const version = /^ *(?:Server )?Version: (\d\S*)/m.exec(answer.output)?.[1];
    return ok(`${name}${version ? ` ${version}` : ''} answers, to run the image`);
  }
  const start = platform === 'darwin' ? 'open -a Docker' : 'sudo systemctl start docker';
  const mends = {
    podman: 'podman info',
    docker: /permission denied/i.test(answer.fault) ? 'sudo usermod -aG docker "$USER" && newgrp docker' : start,
  };
  return warning(`${name} is there to run the image, but does not answer: ${answer.fault}`, mends[engine]);
}

/** Docker is asked first, as image/run.py does. */
async function lookAtEngine(machine: Machine): Promise<Finding> {
  for (const engine of ['docker', 'podman'] as const) {
    if (!(await findOnPath(engine, machine))) continue;
    return judgeEngine(engine, await ask(machine, engine, 'info'), process.platform);
  }
  return warning('There is neither Docker nor Podman to run the image', 'sudo apt-get install podman');
}

/** The checks of a machine, whatever its projects. Bazel is none that a build asks for: it comes with a project's shell. */
export const machineChecks: readonly Check<Machine>[] = [
  ...nixChecks,
  { name: 'disk', of: 'The free space', build: true, look: lookAtDisks },
  { name: 'engine', of: 'The container engine', build: true, look: lookAtEngine },
];
