import { execFile } from 'node:child_process';
import { access, constants, statfs } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** What a machine lacks for a build, and the command that mends it. */
export interface Lack {
  readonly what: string;
  readonly mend: string;
  /** The build can go on without it. */
  readonly optional: boolean;
}

/** Where to look; `environment` is that of the build. */
export interface Machine {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly folder: string;
}

/** Free space in bytes under which a first build is likely to fill the disk: nixpkgs, Python, Bazel and an image. */
const enoughSpace = 4 * 2 ** 30;

type Need = (machine: Machine) => Promise<Lack | undefined>;

/** What is needed, in the order in which it is worth mending; the first that is lacking hides those that need it. */
const needs: readonly Need[] = [
  async machine =>
    (await isOnPath('nix-shell', machine))
      ? undefined
      : lack('Nix is not installed', 'curl -L https://nixos.org/nix/install | sh'),
  async machine => {
    const fault = await faultOfStore(machine);
    return fault === undefined
      ? undefined
      : lack(`Nix cannot use its store: ${fault}`, 'sudo systemctl start nix-daemon, or reinstall Nix for this user');
  },
  async ({ folder }) => {
    const { bavail, bsize } = await statfs(folder);
    const free = (bavail * bsize) / 2 ** 30;
    return bavail * bsize < enoughSpace
      ? lack(
          `There are ${free.toFixed(1)} GiB left on the disk of ${folder}`,
          'nix-collect-garbage, or free 4 GiB',
          true,
        )
      : undefined;
  },
  async machine => {
    const found = (await isOnPath('docker', machine)) || (await isOnPath('podman', machine));
    return found
      ? undefined
      : lack('There is neither Docker nor Podman to run the image', 'sudo apt-get install podman', true);
  },
];

const lack = (what: string, mend: string, optional = false): Lack => ({ what, mend, optional });

/**
 * What this machine lacks for a build, in the order in which it is worth mending.
 * Bazel is not asked for: it comes with the project's shell.
 */
export async function lacking(machine: Machine): Promise<readonly Lack[]> {
  const lacks: Lack[] = [];
  for (const need of needs) {
    const found = await need(machine);
    if (found) lacks.push(found);
    if (found && !found.optional) break;
  }
  return lacks;
}

async function isOnPath(program: string, { environment }: Machine): Promise<boolean> {
  const folders = (environment.PATH ?? '').split(delimiter).filter(Boolean);
  const found = await Promise.allSettled(folders.map(folder => access(join(folder, program), constants.X_OK)));
  return found.some(({ status }) => status === 'fulfilled');
}

/** What Nix says when it is asked to put something into its store; undefined if it does so. */
async function faultOfStore({ environment }: Machine): Promise<string | undefined> {
  try {
    const expression = 'builtins.toFile "nix-python-container" ""';
    await run('nix-instantiate', ['--eval', '--read-write-mode', '--expr', expression], {
      env: environment,
      timeout: 30_000,
    });
    return undefined;
  } catch (error) {
    const { stderr = '', message } = error as { stderr?: string; message: string };
    return (stderr.trim() || message).split('\n')[0]?.replace(/^error: /, '');
  }
}
