import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { scratch } from '../commands/process.ts';
import { needs } from '../needs.ts';
import { nix, nixEnvironment } from '../nix-available.ts';
import { rendered } from './rendered.ts';

const lib = fileURLToPath(new URL('../../../test/nixpkgs/lib', import.meta.url));

/** How many random markers are compared. */
const count = 2000;

const quoted = (texts: readonly string[]) =>
  fc.tuple(fc.constantFrom(...texts), fc.constantFrom('"', "'")).map(([text, quote]) => quote + text + quote);
const version = quoted(['3.13', '3.12', '3.9', '3.13.2', '3.14.0', '3.13.0', '2.7', '3.13.2rc1']);
const looseVersion = quoted(['3', '3.13.*', '3.12.*', '3.13.2.*']);
const word = quoted([
  'linux',
  'posix',
  'nt',
  'win32',
  'darwin',
  'x86_64',
  'aarch64',
  'Linux',
  'CPython',
  'cpython',
  '',
]);
const versionName = fc.constantFrom('python_version', 'python_full_version', 'implementation_version');
const wordName = fc.constantFrom(
  'os_name',
  'sys_platform',
  'platform_machine',
  'platform_system',
  'implementation_name',
);
const operator = fc.constantFrom('<', '<=', '>', '>=', '==', '!=', '~=');
const inOrNot = fc.constantFrom('in', 'not in', '==', '!=');
const clause = fc
  .oneof(
    fc.tuple(versionName, operator, version),
    fc.tuple(version, operator, versionName),
    // What is not a version range, such as ">3.*", Python compares as text, which is never meant.
    fc.tuple(versionName, fc.constantFrom('==', '!='), looseVersion),
    fc.tuple(versionName, fc.constantFrom('in', 'not in'), quoted(['3.12 3.13 3.14', '3.9'])),
    fc.tuple(wordName, inOrNot, word),
    fc.tuple(word, inOrNot, wordName),
  )
  .map(parts => parts.join(' '));
const { marker } = fc.letrec<{ marker: string }>(tie => ({
  marker: fc.oneof(
    { maxDepth: 4 },
    clause,
    fc.tuple(tie('marker'), fc.constantFrom(' and ', ' or '), tie('marker')).map(parts => parts.join('')),
    tie('marker').map(inner => `(${inner})`),
  ),
}));

/** What Python's `packaging` says of each marker: null where it is not one, or compares what cannot be compared. */
const byPackaging = `
import json, sys
from packaging.markers import Marker
environment = json.load(open(sys.argv[1]))
def verdict(text):
    try:
        return Marker(text).evaluate(environment)
    except Exception:
        return None
print(json.dumps([verdict(text) for text in json.load(open(sys.argv[2]))]))
`;

/** The tags of \`packaging\` for a CPython and a glibc, the best first. */
const tagsOfPackaging = `
import json, sys
import packaging._manylinux as manylinux, packaging.tags as tags
manylinux._is_compatible = lambda *_: True
def of(minor, machine, glibc):
    manylinux._get_glibc_version = lambda: (2, glibc)
    tags.sysconfig.get_platform = lambda: "linux-" + machine
    tags.platform.machine = lambda: machine
    platforms = [name for name in tags._linux_platforms(is_32bit=False) if "musl" not in name]
    version, interpreter = (3, minor), "cp3%d" % minor
    abis = [interpreter + ("m" if minor < 8 else "")]
    return [str(tag) for tag in [*tags.cpython_tags(version, abis, platforms), *tags.compatible_tags(version, interpreter, platforms)]]
print(json.dumps([of(*target) for target in json.loads(sys.argv[1])]))
`;

describe('nix/lock.nix of a project', function () {
  this.timeout(60_000);
  const folder = scratch();
  let env: NodeJS.ProcessEnv;
  before(needs('nix-instantiate'));
  before(needs('python3'));
  before(() => {
    env = nixEnvironment(mkdtempSync(join(folder, 'nix-')));
    for (const name of ['lock', 'markers', 'pep440'])
      writeFileSync(join(folder, `${name}.nix`), rendered(`nix/${name}.nix`, 'pypi'));
  });

  const target = { fullVersion: '3.13.2', machine: 'x86_64', isDarwin: false, glibcMinor: 40 };
  /** Evaluates an expression in which `lock` is lock.nix for a target. */
  const evaluate = (expression: string, of: object = target): unknown => {
    const arguments_ = `lib = import ${lib}; target = builtins.fromJSON ''${JSON.stringify(of)}'';`;
    const text = `let lock = import ${folder}/lock.nix { ${arguments_} }; in ${expression}`;
    return JSON.parse(nix(env, 'nix-instantiate', '--eval', '--strict', '--json', '-E', text));
  };
  const python = (script: string, ...args: string[]): unknown =>
    JSON.parse(execFileSync('python3', ['-c', script, ...args], { encoding: 'utf8', maxBuffer: 2 ** 28 }));

  it(`evaluates ${count} random markers as Python's packaging does`, () => {
    const environment = {
      ...{ implementation_name: 'cpython', implementation_version: '3.13.2', os_name: 'posix', extra: '' },
      ...{ platform_machine: 'x86_64', platform_python_implementation: 'CPython', platform_release: '' },
      ...{ platform_system: 'Linux', platform_version: '', python_full_version: '3.13.2', python_version: '3.13' },
      sys_platform: 'linux',
    };
    const [environmentFile, markersFile] = [join(folder, 'environment.json'), join(folder, 'markers.json')];
    writeFileSync(environmentFile, JSON.stringify(environment));
    const all = fc.sample(marker, count);
    writeFileSync(markersFile, JSON.stringify(all));
    const verdicts = python(byPackaging, environmentFile, markersFile) as (boolean | null)[];
    // Nix stops at what is not a marker: the next test has those.
    const valid = all.filter((_, index) => verdicts[index] !== null);
    assert.ok(valid.length > count / 3, String(valid.length));
    writeFileSync(markersFile, JSON.stringify(valid));
    const found = evaluate(`map lock.holds (builtins.fromJSON (builtins.readFile ${markersFile}))`) as boolean[];
    const expected = verdicts.filter(verdict => verdict !== null);
    const wrong = valid.filter((_, index) => found[index] !== expected[index]);
    assert.deepEqual(wrong, []);
  });

  it('knows neither extras nor groups, and refuses what is not a marker', () => {
    const texts = [`'dev' in dependency_groups`, `'x' not in extras`, `extra == 'x'`];
    assert.deepEqual(evaluate(`map lock.holds (builtins.fromJSON ''${JSON.stringify(texts)}'')`), [false, true, false]);
    for (const text of [
      'os_name',
      'os_name ==',
      '(os_name == "a"',
      'os_name == "a")',
      'nothing == "a"',
      'os_name = "a"',
      '',
    ]) {
      const expression = `(builtins.tryEval (lock.holds ''${text}'')).success`;
      assert.equal(evaluate(expression), false, text);
    }
  });

  it("ranks the tags of wheels as Python's packaging does", () => {
    const targets = [
      [13, 'x86_64', 40],
      [7, 'x86_64', 35],
      [9, 'aarch64', 34],
      [14, 'aarch64', 42],
      [10, 'x86_64', 17],
    ] as const;
    const expected = python(tagsOfPackaging, JSON.stringify(targets)) as string[][];
    for (const [index, [minor, machine, glibcMinor]] of targets.entries()) {
      const of = { fullVersion: `3.${minor}.1`, machine, isDarwin: false, glibcMinor };
      assert.deepEqual(evaluate('lock.tags', of), expected[index]);
    }
  });

  it('takes the wheel that fits best, or none', () => {
    const best = (files: readonly string[], of?: object): unknown =>
      evaluate(
        `let wheel = lock.fitting (map (name: { inherit name; }) (builtins.fromJSON ''${JSON.stringify(files)}'')); in wheel.file or null`,
        of,
      );
    const pure = 'a-1-py2.py3-none-any.whl';
    const native = 'a-1-cp313-cp313-manylinux_2_17_x86_64.manylinux2014_x86_64.whl';
    const stable = 'a-1-cp38-abi3-manylinux_2_28_x86_64.whl';
    const mac = 'a-1-cp313-cp313-macosx_11_0_arm64.whl';
    assert.equal(best([pure, stable, native]), native);
    assert.equal(best([pure, stable]), stable);
    assert.equal(best(['a-1-cp312-cp312-linux_x86_64.whl', mac, 'a-1-cp313-cp313-musllinux_1_2_x86_64.whl']), null);
    assert.equal(best(['a-1-cp313-cp313-manylinux_2_41_x86_64.whl', pure]), pure, 'newer than the glibc');
    assert.equal(best([native, mac], { ...target, isDarwin: true, machine: 'aarch64' }), mac);
    assert.equal(best([]), null);
  });

  it('reads lock files with dates, markers and names in URLs', () => {
    writeFileSync(
      join(folder, 'pylock.toml'),
      `lock-version = "1.0"
requires-python = ">=3.12"
environments = ["sys_platform == 'linux'"]
[[packages]]
name = "Torch_Vision"
version = "1+cpu"
upload-time = 2024-10-18 10:27:25.5+02:00
wheels = [
  { url = "https://example.org/upload-time%20=%202024/torch_vision-1%2Bcpu-py3-none-any.whl", upload-time = 2024-10-18T10:26:29Z, hashes = { sha256 = "ab" } },
]
[[packages]]
name = "colorama"
version = "1"
marker = "sys_platform == 'win32'"
`,
    );
    const { packages, ...rest } = evaluate(`lock.read ${folder}/pylock.toml`) as { packages: object[] };
    assert.deepEqual(rest, {
      isForSystem: true,
      isForPython: true,
      environments: ["sys_platform == 'linux'"],
      version: '1.0',
    });
    assert.deepEqual(
      packages.map(each => [(each as { name: string }).name, (each as { wheel: { file: string } }).wheel.file]),
      [['torch-vision', 'torch_vision-1+cpu-py3-none-any.whl']],
    );
  });
});
