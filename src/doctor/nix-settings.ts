import { ask, type Machine, once } from './run-program.ts';

/** The settings of Nix, as `nix config show` prints them. */
export interface Settings {
  readonly values: ReadonlyMap<string, string>;
  /** Can `nix` commands be used without a flag? */
  readonly commands: boolean;
}

/** Takes the lines `name = value` apart. */
export const parseSettings = (text: string): ReadonlyMap<string, string> =>
  new Map([...text.matchAll(/^([\w-]+) =[ \t]*(.*)$/gm)].map(([, name = '', value = '']) => [name, value.trim()]));

/** The words of a setting that is a list. */
export const wordsOf = ({ values }: Settings, name: string): readonly string[] =>
  (values.get(name) ?? '').split(/\s+/).filter(Boolean);

// Until 2.19 it was `show-config`; without the feature `nix-command`, only with a flag.
const forms = [['config', 'show'], ['show-config']] as const;
const flag = ['--extra-experimental-features', 'nix-command'] as const;

/** The settings of a machine's Nix, or in a few words why it does not tell them. */
export const settingsOf = once(async (machine: Machine): Promise<Settings | { readonly fault: string }> => {
  let fault = '';
  for (const commands of [true, false]) {
    for (const form of forms) {
      const answer = await ask(machine, 'nix', ...(commands ? [] : flag), ...form);
      if ('output' in answer) return { values: parseSettings(answer.output), commands };
      ({ fault } = answer);
    }
  }
  return { fault };
});

/** What `nix store info` says of the store that is used: lines `name: value`. */
export async function storeOf(machine: Machine): Promise<ReadonlyMap<string, string> | { readonly fault: string }> {
  let fault = '';
  // Until 2.18 it was `ping`, and that says it on stderr.
  for (const form of ['info', 'ping']) {
    const answer = await ask(machine, 'nix', ...flag, 'store', form);
    if ('output' in answer) {
      const lines = `${answer.output}\n${answer.talk}`.matchAll(/^([^:\n]+): (.*)$/gm);
      return new Map([...lines].map(([, name = '', value = '']) => [name, value]));
    }
    ({ fault } = answer);
  }
  return { fault };
}
