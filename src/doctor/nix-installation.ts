import { withoutSecrets } from '../text/secrets.ts';
import { userInfo } from 'node:os';
import { lt } from '@renovatebot/pep440';
import { failed, type Finding, ok, warning } from './finding.ts';
import { findOnPath, type Machine, once, run } from './machine.ts';
import { itemsOf, type Settings, settingsOf, storeInfoOf } from './nix-settings.ts';

/** The oldest Nix that generated projects are tested with. */
const oldestTested = '2.8';

/** The command that installs Nix, or a newer one. */
export const installNix = 'curl -L https://nixos.org/nix/install | sh';

/** The result of `nix-instantiate --version`, which prints `nix-instantiate (Nix) 2.34.8`. */
const versionOutput = once((machine: Machine) => run(machine, 'nix-instantiate', '--version'));

/** Whether a version of Nix (`2.8.0`, `2.19pre20231201`) is older than another. */
export const isOlder = (version: string, other: string): boolean => lt(numbersOf(version), numbersOf(other));

/** The numbers of a version: those of `2.19pre20231201_ab12` are 2.19. */
const numbersOf = (version: string): string => /\d+(\.\d+)*/.exec(version)?.[0] ?? '0';

/** Assesses the output of `--version`. Other distributions of Nix put their name in brackets. */
export function assessNix(output: string): Finding {
  const version = /(?<!\d)\d+\.\d+\S*/.exec(output.trim().split(/\s/).at(-1) ?? '')?.[0];
  if (version === undefined) return warning('Nix did not report its version', installNix);
  const distribution = /\((?!Nix\))([^()]+)\)/.exec(output)?.[1];
  const name = `Nix ${version}${distribution ? ` (${distribution})` : ''}`;
  if (!isOlder(version, oldestTested)) return ok(name);
  return warning(`${name} is older than ${oldestTested}, the oldest version that projects are tested with`, installNix);
}

/** Checks whether Nix is installed, and which version. */
export async function checkNix(machine: Machine): Promise<Finding> {
  if ((await findOnPath('nix-shell', machine)) === undefined) return failed('Nix is not installed', installNix);
  const { fault, stdout, message } = await versionOutput(machine);
  return fault === undefined ? assessNix(stdout) : warning(`Nix did not report its version: ${message}`, installNix);
}

/** Checks whether Nix can write to its store. */
export async function checkStore(machine: Machine): Promise<Finding> {
  const expression = 'builtins.toFile "nix-python-container" ""';
  const flags = ['--eval', '--read-write-mode', '--expr', expression];
  const { fault, message } = await run(machine, 'nix-instantiate', ...flags);
  if (fault === undefined) return ok('Nix can write to its store');
  if (message.includes('socket'))
    return failed(`Nix cannot use its store: ${message}`, 'sudo systemctl start nix-daemon');
  if (/not permitted|permission denied/i.test(message)) {
    return failed(`Nix cannot use its store, which is another user's: ${message}`, `${installNix} -s -- --daemon`);
  }
  return failed(`Nix cannot use its store: ${message}`, installNix);
}

/** Who builds, and for whom. */
export interface Builder {
  readonly isRoot: boolean;
  readonly user: string;
  readonly groups: readonly string[];
  /** What `nix store info` says. */
  readonly store: ReadonlyMap<string, string>;
  /** The entry of the build users' group in the system's database; undefined if there is none. */
  readonly buildGroup: string | undefined;
}

/** Assesses how Nix builds, and whether it accepts settings from this user. */
export function assessBuilder({ isRoot, user, groups, store, buildGroup }: Builder, settings: Settings): Finding {
  if (/^(daemon|unix:)/.test(store.get('Store URL') ?? '')) {
    const own = [user, '*', ...groups.map(group => `@${group}`)];
    const isTrusted =
      isRoot || store.get('Trusted') === '1' || itemsOf(settings, 'trusted-users').some(name => own.includes(name));
    return ok(
      isTrusted
        ? 'Nix builds through its daemon, where you are a trusted user'
        : 'Nix builds through its daemon, where you are not a trusted user: it uses only the binary caches of /etc/nix/nix.conf',
    );
  }
  const group = settings.values.get('build-users-group') ?? '';
  // Only root builds as other users.
  if (isRoot && group !== '' && !/:[^:\s]+\s*$/.test(buildGroup ?? '')) {
    const problem = buildGroup === undefined ? 'does not exist' : 'has no members';
    return failed(
      `Nix builds as root without a daemon, but the group of its build users, ${group}, ${problem}`,
      "mkdir -p /etc/nix && echo 'build-users-group =' >> /etc/nix/nix.conf",
    );
  }
  return ok(`Nix builds as ${user}, without a daemon`);
}

/** Checks how Nix builds. */
export async function checkBuilder(machine: Machine): Promise<Finding> {
  const [store, settings, groups] = await Promise.all([
    storeInfoOf(machine),
    settingsOf(machine),
    run(machine, 'id', '-Gn'),
  ]);
  if ('problem' in store) throw new Error(store.problem);
  if ('problem' in settings) throw new Error(settings.problem);
  const buildGroup = await run(machine, 'getent', 'group', settings.values.get('build-users-group') || 'nixbld');
  const { username, uid } = userInfo();
  const builder = {
    isRoot: uid === 0,
    user: username,
    groups: groups.fault === undefined ? groups.stdout.trim().split(/\s+/) : [],
    store,
    buildGroup: buildGroup.fault === undefined ? buildGroup.stdout : undefined,
  };
  return assessBuilder(builder, settings);
}

const inUserConfiguration = (line: string): string =>
  `mkdir -p ~/.config/nix && echo '${line}' >> ~/.config/nix/nix.conf`;

/** Assesses whether flakes are enabled, which only `nix develop` and `nix flake` need. */
export function assessFlakes(settings: Settings, version: string): Finding {
  // Determinate Nix always has them.
  const isEnabled = settings.hasNixCommand && itemsOf(settings, 'experimental-features').includes('flakes');
  if (isEnabled || version.includes('Determinate')) return ok('Flakes are enabled');
  return warning(
    'Flakes are not enabled: nix-shell works, nix develop and nix flake do not',
    inUserConfiguration('extra-experimental-features = nix-command flakes'),
  );
}

/** Assesses the sandbox of builds, which is on by default on Linux only. */
export function assessSandbox({ values }: Settings, platform: NodeJS.Platform): Finding {
  const sandbox = values.get('sandbox');
  if (sandbox === 'true') return ok('Nix builds in a sandbox');
  if (sandbox === 'relaxed') return ok('Nix builds in a sandbox (relaxed)');
  if (platform !== 'linux') return ok('Nix builds without a sandbox, as is the default on this system');
  return warning(
    'Nix builds without a sandbox: a build that works here may fail elsewhere',
    "echo 'sandbox = true' | sudo tee -a /etc/nix/nix.conf; sudo systemctl try-restart nix-daemon",
  );
}

/** Assesses the binary caches. */
export function assessCaches(settings: Settings): Finding {
  const caches = [...itemsOf(settings, 'substituters'), ...itemsOf(settings, 'extra-substituters')];
  if (caches.length > 0)
    return ok(`Nix uses the binary caches ${caches.map(cache => withoutSecrets(cache).replace(/\/$/, '')).join(', ')}`);
  return warning(
    'Nix has no binary cache: it compiles everything, which takes hours',
    inUserConfiguration('extra-substituters = https://cache.nixos.org'),
  );
}

/** A check of the settings alone. */
const checkSettings =
  (assess: (settings: Settings, version: string) => Finding) =>
  async (machine: Machine): Promise<Finding> => {
    const [settings, version] = await Promise.all([settingsOf(machine), versionOutput(machine)]);
    if ('problem' in settings) throw new Error(settings.problem);
    return assess(settings, version.stdout);
  };

export const checkFlakes = checkSettings(assessFlakes);
export const checkSandbox = checkSettings(settings => assessSandbox(settings, process.platform));
export const checkCaches = checkSettings(assessCaches);
