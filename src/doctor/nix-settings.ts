import { type Machine, once, type Problem, run } from './machine.ts';

/** The settings of Nix, as `nix config show` prints them. */
export interface Settings {
  readonly values: ReadonlyMap<string, string>;
  /** Whether the command `nix` works without a flag. */
  readonly hasNixCommand: boolean;
}

/** Parses lines of the form `name = value`. */
export const parseSettings = (text: string): ReadonlyMap<string, string> =>
  new Map([...text.matchAll(/^([\w-]+) =[ \t]*(.*)$/gm)].map(([, name = '', value = '']) => [name, value.trim()]));

/** The items of a setting that is a list. */
export const itemsOf = ({ values }: Settings, name: string): readonly string[] =>
  (values.get(name) ?? '').split(/\s+/).filter(Boolean);

/** `nix config show` was `nix show-config` until Nix 2.19. */
const subcommands = [['config', 'show'], ['show-config']] as const;
/** Needed where the feature `nix-command` is off. */
const flag = ['--extra-experimental-features', 'nix-command'] as const;

/** The settings of a machine's Nix. */
export const settingsOf = once(async (machine: Machine): Promise<Settings | Problem> => {
  let problem = '';
  for (const hasNixCommand of [true, false]) {
    for (const subcommand of subcommands) {
      const result = await run(machine, 'nix', ...(hasNixCommand ? [] : flag), ...subcommand);
      if (result.fault === undefined) return { values: parseSettings(result.stdout), hasNixCommand };
      problem = result.message;
    }
  }
  return { problem };
});

/** What `nix store info` says about the store, by name. */
export async function storeInfoOf(machine: Machine): Promise<ReadonlyMap<string, string> | Problem> {
  let problem = '';
  // Until Nix 2.18 it was `ping`, which prints on stderr.
  for (const subcommand of ['info', 'ping']) {
    const result = await run(machine, 'nix', ...flag, 'store', subcommand);
    if (result.fault === undefined) {
      const lines = `${result.stdout}\n${result.stderr}`.matchAll(/^([^:\n\r\u2028\u2029]+): (.*)$/gm);
      return new Map([...lines].map(([, name = '', value = '']) => [name, value]));
    }
    problem = result.message;
  }
  return { problem };
}
