import { userInfo } from 'node:os';
import { lt } from '@renovatebot/pep440';
import { ask, type Machine, once, findOnPath } from './run-program.ts';
import type { Check } from './run-checks.ts';
import { fault, type Finding, ok, warning } from './finding.ts';
import { type Settings, settingsOf, storeOf, wordsOf } from './nix-settings.ts';

/** The oldest Nix that generated projects are tested with. */
const oldest = '2.8';

const install = 'curl -L https://nixos.org/nix/install | sh';

/** What a machine's Nix calls itself: `nix-instantiate (Nix) 2.34.8`; the reason if it does not say. */
const versionText = once(async (machine: Machine) => ask(machine, 'nix-instantiate', '--version'));

/** The version of a machine's Nix; undefined if there is none or it does not say. */
export async function nixVersion(machine: Machine): Promise<string | undefined> {
  const answer = await versionText(machine);
  return 'output' in answer ? versionIn(answer.output) : undefined;
}

const versionIn = (text: string): string | undefined => /(\d+\.\d+(?:\.\d+)*\S*)\s*$/.exec(text)?.[1];

/** Is one version of Nix (`2.8.0`, `2.19pre20231201`) older than another? */
export const isOlder = (version: string, other: string): boolean => lt(numbersOf(version), numbersOf(other));

/** What counts of a version: `2.19pre20231201_ab12` is 2.19 here. */
const numbersOf = (version: string): string => /\d+(\.\d+)*/.exec(version)?.[0] ?? '0';

/** What `--version` printed, judged. Other makers of Nix name themselves in brackets. */
export function judgeVersion(printed: string): Finding {
  const version = versionIn(printed);
  if (version === undefined) return warning('Nix does not tell its version', install);
  const maker = /\((?!Nix\))([^)]+)\)/.exec(printed)?.[1];
  const named = `Nix ${version}${maker ? ` (${maker})` : ''}`;
  if (!isOlder(version, oldest)) return ok(named);
  return warning(`${named} is older than ${oldest}, the oldest that projects are tested with`, install);
}

async function lookAtVersion(machine: Machine): Promise<Finding> {
  if ((await findOnPath('nix-shell', machine)) === undefined) return fault('Nix is not installed', install);
  const answer = await versionText(machine);
  return 'output' in answer
    ? judgeVersion(answer.output)
    : warning(`Nix does not tell its version: ${answer.fault}`, install);
}

async function lookAtStore(machine: Machine): Promise<Finding> {
  const expression = 'builtins.toFile "nix-python-container" ""';
  const answer = await ask(machine, 'nix-instantiate', '--eval', '--read-write-mode', '--expr', expression);
  if ('output' in answer) return ok('Nix can write to its store');
  const fix = /socket/.test(answer.fault) ? 'sudo systemctl start nix-daemon' : install;
  return fault(`Nix cannot use its store: ${answer.fault}`, fix);
}

/** Who builds, and for whom. */
export interface Builder {
  readonly isRoot: boolean;
  readonly user: string;
  readonly groups: readonly string[];
  /** What `nix store info` says. */
  readonly store: ReadonlyMap<string, string>;
  /** The line of the builders' group in the system's list, `undefined` if it has none. */
  readonly builders: string | undefined;
}

/** Judges by whom Nix builds, and whether it takes settings from this user. */
export function judgeBuilder({ isRoot, user, groups, store, builders }: Builder, settings: Settings): Finding {
  if (/^(daemon|unix:)/.test(store.get('Store URL') ?? '')) {
    const own = [user, '*', ...groups.map(group => `@${group}`)];
    const trusted =
      isRoot || store.get('Trusted') === '1' || wordsOf(settings, 'trusted-users').some(name => own.includes(name));
    const caches = 'of binary caches it uses those that /etc/nix/nix.conf names';
    return ok(
      trusted
        ? 'Nix builds by its daemon, which trusts you'
        : `Nix builds by its daemon; you are not a trusted user: ${caches}`,
    );
  }
  const group = settings.values.get('build-users-group') ?? '';
  // root alone builds as other users, so for others the group says nothing.
  if (isRoot && group !== '' && !/:[^:\s]+\s*$/.test(builders ?? '')) {
    const lacks = builders === undefined ? 'does not exist' : 'has no members';
    return fault(
      `Nix builds as root, without a daemon, and its group of builders, ${group}, ${lacks}`,
      "mkdir -p /etc/nix && echo 'build-users-group =' >> /etc/nix/nix.conf",
    );
  }
  return ok(`Nix builds as ${user}, without a daemon`);
}

async function lookAtBuilder(machine: Machine): Promise<Finding> {
  const [store, settings, groups] = await Promise.all([
    storeOf(machine),
    settingsOf(machine),
    ask(machine, 'id', '-Gn'),
  ]);
  const unknown = 'fault' in store ? store : 'fault' in settings ? settings : undefined;
  if ('fault' in store || 'fault' in settings)
    return warning(`Whether Nix has a daemon could not be checked: ${unknown?.fault}`);
  const builders = await ask(machine, 'getent', 'group', settings.values.get('build-users-group') || 'nixbld');
  const { username, uid } = userInfo();
  const who = {
    isRoot: uid === 0,
    user: username,
    groups: 'output' in groups ? groups.output.trim().split(/\s+/) : [],
  };
  return judgeBuilder({ ...who, store, builders: 'output' in builders ? builders.output : undefined }, settings);
}

const inUserConf = (line: string): string => `mkdir -p ~/.config/nix && echo '${line}' >> ~/.config/nix/nix.conf`;

/** Judges whether flakes can be used. Only `nix develop` and `nix flake` need them. */
export function judgeFlakes(settings: Settings, version: string): Finding {
  // Determinate Nix has them for good.
  const always = /Determinate/.test(version);
  if (always || (settings.commands && wordsOf(settings, 'experimental-features').includes('flakes')))
    return ok('Flakes are on');
  return warning(
    'Flakes are off: nix-shell works, nix develop and nix flake do not',
    inUserConf('extra-experimental-features = nix-command flakes'),
  );
}

/** Judges the sandbox of builds, which only Linux has on by default. */
export function judgeSandbox({ values }: Settings, platform: NodeJS.Platform): Finding {
  const sandbox = values.get('sandbox');
  if (sandbox === 'true' || sandbox === 'relaxed')
    return ok(`Nix builds in a sandbox${sandbox === 'relaxed' ? ' (relaxed)' : ''}`);
  if (platform !== 'linux') return ok('Nix builds without a sandbox, as is usual here');
  return warning(
    'Nix builds without a sandbox: a build that works here may fail elsewhere',
    "echo 'sandbox = true' | sudo tee -a /etc/nix/nix.conf; sudo systemctl try-restart nix-daemon",
  );
}

/** Judges where Nix fetches what others have built. */
export function judgeCaches(settings: Settings): Finding {
  const caches = [...wordsOf(settings, 'substituters'), ...wordsOf(settings, 'extra-substituters')];
  if (caches.length > 0) return ok(`Nix fetches from ${caches.map(shown).join(', ')}`);
  return warning(
    'Nix knows no binary cache: it compiles everything, for hours',
    inUserConf('extra-substituters = https://cache.nixos.org'),
  );
}

/** The address of a cache, without what may be a password. */
const shown = (cache: string): string => cache.replace(/\/\/[^/@]*@/, '//').replace(/\?.*|\/$/g, '');

/** A check that judges the settings alone. */
const ofSettings =
  (of: string, judge: (settings: Settings, version: string) => Finding) =>
  async (machine: Machine): Promise<Finding> => {
    const [settings, version] = await Promise.all([settingsOf(machine), versionText(machine)]);
    if ('fault' in settings) return warning(`${of} could not be checked: ${settings.fault}`);
    return judge(settings, 'output' in version ? version.output : '');
  };

/** The checks of Nix. */
export const nixChecks: readonly Check<Machine>[] = [
  { name: 'nix', of: 'Nix', build: true, look: lookAtVersion },
  { name: 'store', of: 'The store of Nix', after: 'nix', build: true, look: lookAtStore },
  { name: 'daemon', of: 'Whether Nix has a daemon', after: 'store', look: lookAtBuilder },
  ...settingChecks(),
];

function settingChecks(): Check<Machine>[] {
  const judges = {
    flakes: ['Whether flakes are on', judgeFlakes],
    sandbox: ['The sandbox of Nix', (settings: Settings) => judgeSandbox(settings, process.platform)],
    caches: ['The binary caches of Nix', judgeCaches],
  } as const;
  return Object.entries(judges).map(([name, [of, judge]]) => ({ name, of, after: 'nix', look: ofSettings(of, judge) }));
}
