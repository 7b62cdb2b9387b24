import { stat, statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ProcessResult } from '../process/run-process.ts';
import { type Finding, ok, warning } from './finding.ts';
import { findOnPath, type Machine, run } from './machine.ts';

/** Bytes that a first build needs: nixpkgs, Python, Bazel and an image. */
const neededSpace = 4 * 2 ** 30;

/** Assesses the free bytes on the disk that holds these folders. */
export function assessSpace(free: number, folders: readonly string[]): Finding {
  const message = `${(free / 2 ** 30).toFixed(1)} GiB free on the disk of ${folders.join(' and ')}`;
  return free < neededSpace ? warning(`${message}: a first build needs 4 GiB`, 'nix-collect-garbage') : ok(message);
}

/** Checks the disks of the folder, of the Nix store and of Bazel's cache: often it is the same one. */
export async function checkDisks({ environment, folder }: Machine): Promise<Finding[]> {
  const { HOME, XDG_CACHE_HOME = HOME && join(HOME, '.cache') } = environment;
  const disks = new Map<number, string[]>();
  for (const path of [folder, '/nix/store', ...(XDG_CACHE_HOME ? [join(XDG_CACHE_HOME, 'bazel')] : [])]) {
    const existing = await nearestExisting(path);
    if (existing) disks.set(existing.device, [...(disks.get(existing.device) ?? []), existing.path]);
  }
  return Promise.all(
    [...disks.values()].map(async ([first = '', ...others]) => {
      const { bavail, bsize } = await statfs(first);
      return assessSpace(bavail * bsize, [first, ...others.filter(path => path === '/nix/store')]);
    }),
  );
}

/** A path, or the nearest folder above it that exists, with its device. */
async function nearestExisting(path: string): Promise<{ path: string; device: number } | undefined> {
  try {
    return { path, device: (await stat(path)).dev };
  } catch {
    return path === dirname(path) ? undefined : nearestExisting(dirname(path));
  }
}

type Engine = 'docker' | 'podman';
const engineNames = { docker: 'Docker', podman: 'Podman' } as const;

/** Assesses the result of a container engine's `info` command. */
export function assessEngine(
  engine: Engine,
  { fault, stdout, message }: Pick<ProcessResult, 'fault' | 'stdout' | 'message'>,
  platform: NodeJS.Platform,
): Finding {
  const name = engineNames[engine];
  if (fault === undefined) {
    const version = /^ *(?:Server )?Version: (\d\S*)/m.exec(stdout)?.[1];
    return ok(`${name}${version ? ` ${version}` : ''} can run the image`);
  }
  const start = platform === 'darwin' ? 'open -a Docker' : 'sudo systemctl start docker';
  const fixes = {
    podman: 'podman info',
    docker: /permission denied/i.test(message) ? 'sudo usermod -aG docker "$USER" && newgrp docker' : start,
  };
  return warning(`${name} is installed, but cannot run the image: ${message}`, fixes[engine]);
}

/** Checks Docker, else Podman: the order of image/load.py. */
export async function checkEngine(machine: Machine): Promise<Finding> {
  for (const engine of ['docker', 'podman'] as const) {
    if (!(await findOnPath(engine, machine))) continue;
    return assessEngine(engine, await run(machine, engine, 'info'), process.platform);
  }
  return warning('Neither Docker nor Podman is installed, so the image cannot be run', 'sudo apt-get install podman');
}
