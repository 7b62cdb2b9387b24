import { normaliseName } from '../../src/packaging/requirement.ts';
import type { NixpkgsPackage } from './evaluate-nixpkgs.ts';

const about = `# The Python packages of a tree of nixpkgs, written by \`npm run catalog\`: attribute, version, [extras],
# !why it gives no derivation (its mark, or the Pythons on which it fails), =its name on PyPI if that is another.
`;

/**
 * The text of python-set-NAME.txt.
 * @param byPython the packages by minor version of Python
 * @param defaultPython the Python whose versions and extras count where they differ
 */
export function formatSet(
  byPython: ReadonlyMap<string, ReadonlyMap<string, NixpkgsPackage>>,
  defaultPython: string,
): string {
  const preferred = [...byPython.keys()].sort((a, b) => Number(b === defaultPython) - Number(a === defaultPython));
  const attributes = new Set(preferred.flatMap(python => [...(byPython.get(python)?.keys() ?? [])]));
  const lines = [...attributes].sort(byCodeUnits).map(attribute => {
    const found = preferred.map(python => [python, byPython.get(python)?.get(attribute)] as const);
    return lineOf(attribute, found);
  });
  return `${about}${lines.join('')}`;
}

function lineOf(attribute: string, found: readonly (readonly [python: string, NixpkgsPackage | undefined])[]): string {
  const [first] = found.flatMap(([, entry]) => entry ?? []);
  const { version, pname, extras } = first as NixpkgsPackage;
  const [name, own] = [normaliseName(pname ?? attribute), normaliseName(attribute)];
  const fault = faultOf(found);
  const parts = [
    attribute,
    version.replaceAll(/\s/g, '-') || '0',
    ...(extras.length > 0 ? [`[${extras.join(',')}]`] : []),
    ...(fault === undefined ? [] : [`!${fault}`]),
    ...(name === own ? [] : [`=${name.replaceAll(/\s/g, '-')}`]),
  ];
  return `${parts.join(' ')}\n`;
}

/** The one mark that a package has on every Python, else the Pythons on which it fails. */
function faultOf(found: readonly (readonly [python: string, NixpkgsPackage | undefined])[]): string | undefined {
  const faults = found.map(([, entry]) => (entry ? entry.fault : 'fails'));
  const [first] = faults;
  if (first && first !== 'fails' && faults.every(fault => fault === first)) return first;
  const failing = found.filter((_, at) => faults[at] !== null).map(([python]) => python);
  return failing.length > 0 ? failing.sort(byMinor).join(',') : undefined;
}

const byCodeUnits = (a: string, b: string): number => (a < b ? -1 : 1);
const byMinor = (a: string, b: string): number => Number(a.slice('3.'.length)) - Number(b.slice('3.'.length));
