import { stripVTControlCharacters } from 'node:util';
import { type Failure, failed } from '../errors/failure.ts';
import { withoutSecrets } from '../text/secrets.ts';
import { errorIn } from '../process/run-process.ts';

/** What a message about a failed resolution needs to know. */
export interface FailedResolution {
  /** `3.13`. */
  readonly python: string;
  /** `x86_64-linux`. */
  readonly system: string;
  /** The versions of packages that nixpkgs builds, by name. */
  readonly fromNixpkgs: ReadonlyMap<string, string>;
}

/** The lines of a reason that are shown. */
const mostLines = 12;

/** Turns what pip or uv printed into one error: its own reason in a few lines, and what to do. */
export function resolutionFailure(stderr: string, about: FailedResolution): Failure {
  const text = withoutSecrets(stripVTControlCharacters(stderr));
  return missingWheel(text, about) ?? conflict(text, about) ?? noReason(text);
}

/** A package of which no wheel fits, or none of a version that is asked for. */
function missingWheel(text: string, { python, system }: FailedResolution): Failure | undefined {
  const line = after(text, 'Could not find a version that satisfies the requirement ') ?? '';
  const [what = '', versions] = line.split(' (from versions: ');
  if (versions === undefined) return undefined;
  const [requirement = ''] = what.split(' (from ');
  const [listed = ''] = versions.split(')');
  const unread = listed === 'none' ? unreadIndex(text) : undefined;
  if (unread) return unread;
  const [name = requirement] = /^[\w.-]+/.exec(requirement) ?? [];
  const others = listed === 'none' ? 'none of any version' : `only of ${shortened(listed.split(', '))}`;
  return failed(
    `The index has no wheel of ${requirement} for Python ${python} on ${system}: ${others}.`,
    `Check the name, the version, and the index in pip's configuration. If it has sources only, nixpkgs may build it: packages = ["${name}"] below [tool.nixpkgs] in pyproject.toml.`,
  );
}

/** An index that pip could not read: it warns of that, and goes on as if the index were empty. */
function unreadIndex(text: string): Failure | undefined {
  const broken = /^\w+\((.*)\)': \//.exec(after(text, "connection broken by '") ?? '')?.[1];
  const [refused] = /401 Error, .*/.exec(text) ?? [];
  const unsafe = after(text, 'Could not fetch URL ')?.split(' - skipping');
  const certificate = unsafe?.[1] !== undefined && unsafe[0]?.includes(' confirming the ssl certificate') && unsafe[0];
  const plain = broken?.replace(/^["']|["']$|<[^<>]*>: /g, '').replace(/(host='[^']*'), port=\d+/g, '$1');
  const reason = certificate || (refused ?? plain);
  return reason === undefined ? undefined : indexFailure(reason);
}

/** The rest of the line behind the first occurrence of some words; undefined if there is none. */
function after(text: string, words: string): string | undefined {
  const at = text.indexOf(words);
  return at < 0 ? undefined : text.slice(at + words.length).split('\n', 1)[0];
}

const indexFailure = (reason: string): Failure =>
  failed(
    `The package index could not be read: ${reason}.`,
    'Check the network, and the index, proxy and credentials in the configuration of pip or uv. Nothing was changed.',
  );

/** The last versions of many. */
const shortened = (versions: readonly string[]): string =>
  versions.length > 6 ? `…, ${versions.slice(-6).join(', ')}` : versions.join(', ');

function conflict(text: string, { fromNixpkgs }: FailedResolution): Failure | undefined {
  const pip = /The conflict is caused by:\n((?: {4}.*\n)+)/.exec(text)?.[1];
  const heading = text.indexOf('No solution found when resolving dependencies');
  const uv = heading < 0 ? undefined : text.slice(text.indexOf('\n', heading) + 1);
  const reason = pip ?? uv;
  if (reason === undefined) return undefined;
  const lines = reason
    .split('\n')
    .map(line => line.replace(/^[\s╰─▶│]+/, '').trimEnd())
    .filter(line => line !== '')
    .map(line => inOwnWords(line, fromNixpkgs));
  const shown = [...new Set(lines)].slice(0, mostLines);
  const words = text.split(/\s+/).join(' ');
  const [, required] = /Wheels are required for `([^`]+)`/.exec(words) ?? [];
  const [without = '', ...behind] = words.split(/ has no (?:usable )?wheels/);
  const named = behind.length > 0 ? without.slice(without.lastIndexOf(' ') + 1) : '';
  const source = required ?? /[\w.-]+/.exec(named)?.[0];
  const build =
    source === undefined ? '' : ` nixpkgs may build ${source}: packages = ["${source}"] below [tool.nixpkgs].`;
  return failed(
    `These requirements have no common solution:\n${shown.map(line => `  ${line}`).join('\n')}`,
    `Nothing was changed. Relax one of them in pyproject.toml.${build}`,
  );
}

/** A line of pip's, with the constraints that this generator added named by where they come from. */
function inOwnWords(line: string, fromNixpkgs: ReadonlyMap<string, string>): string {
  const [, name, version] = /^The user requested (?:\(constraint\) )?([\w.-]+)==(\S+)/.exec(line) ?? [];
  if (name !== undefined && version !== undefined && fromNixpkgs.get(name) === version) {
    return `nixpkgs has ${name} ${version}, by [tool.nixpkgs] packages`;
  }
  return line.replace(/^The user requested (?:\(constraint\) )?/, 'pyproject.toml requires ');
}

/** uv says in lines of their own what an error was caused by. */
function noReason(text: string): Failure {
  const causes = [...text.matchAll(/^ +Caused by: (.*)$/gm)].map(([, cause = '']) => cause);
  const reason = [errorIn(text) ?? 'the resolver printed no reason', ...causes].join(': ');
  return failed(
    `The packages could not be resolved: ${reason}.`,
    'Check the network, and the index in the configuration of pip or uv. Nothing was changed.',
  );
}
