import assert from 'node:assert/strict';
import { Failure } from '../../src/errors/failure.ts';
import { evaluateMarker } from '../../src/packaging/marker.ts';

describe('evaluateMarker for Python 3.10.4', () => {
  for (const [marker, truth] of [
    ['python_version >= "3.9"', true],
    ['python_version < "3.9"', false],
    ["python_version == '3.10'", true],
    ["python_version == '3.1'", false],
    ['python_version == "3.*"', true],
    ['python_version ~= "3.8"', true],
    ['"3.8" <= python_version', true],
    ['python_version in "3.9, 3.10"', true],
    ['python_version not in "2.7"', true],
    ['python_full_version < "3.10.5"', true],
    ['implementation_version == "3.10.4"', true],
    ['sys_platform == "linux"', true],
    ['sys.platform != "linux"', false],
    ['sys_platform == "win32"', false],
    ['"linux" in sys_platform', true],
    ['platform_system == "Linux" and os_name == "posix"', true],
    ['implementation_name == "cpython"', true],
    ['platform_python_implementation != "CPython"', false],
    ['extra == "dev"', false],
    ['platform_machine == "x86_64"', undefined],
    ['platform_machine == "x86_64" or sys_platform == "linux"', true],
    ['platform_machine == "x86_64" and sys_platform == "win32"', false],
    ['platform_machine == "x86_64" and sys_platform == "linux"', undefined],
    ['platform_release >= "5"', undefined],
    ['extra == ""', true],
    ...(
      [
        ['os_name == "nt"', false],
        ['platform_machine == "x"', undefined],
        ['os_name == "posix"', true],
      ] as const
    ).flatMap(
      ([own, holds]) =>
        [
          [`${own} or os_name == "nt"`, holds],
          [`os_name == "nt" or ${own}`, holds],
          [`${own} or platform_machine == "x"`, holds || undefined],
          [`platform_machine == "x" or ${own}`, holds || undefined],
          [`${own} and os_name == "posix"`, holds],
          [`os_name == "posix" and ${own}`, holds],
          [`${own} and platform_machine == "x"`, holds === false ? false : undefined],
          [`platform_machine == "x" and ${own}`, holds === false ? false : undefined],
        ] as const,
    ),
    ['sys_platform < "z"', undefined],
    ['python_version >= "three"', undefined],
    // "and" binds tighter than "or".
    ['os_name == "posix" or os_name == "nt" and os_name == "nt"', true],
    ['(os_name == "posix" or os_name == "nt") and os_name == "nt"', false],
    ['((python_version<"4"))', true],
  ] as const) {
    it(`${marker}: ${truth}`, () => assert.equal(evaluateMarker(marker, { pythonVersion: '3.10.4' }), truth));
  }

  for (const marker of [
    '',
    ' ',
    'python_version',
    'python_version >=',
    'python_version >= 3',
    'python_version >= "3',
    'python_version >= "',
    'python_version => "3"',
    'python_version not "3"',
    'python_version "3"',
    '"a" == "b"',
    'constructor == "a"',
    'os_name == "a" os_name == "b"',
    'os_name == "a" and',
    '(os_name == "a"',
    'os_name == "a")',
    'os_name constructor "a"',
    'os_name == "a" && os_name == "b"',
    `${'('.repeat(3000)}os_name == "a"${')'.repeat(3000)}`,
  ]) {
    it(`refuses ${JSON.stringify(marker.slice(0, 40))}`, () =>
      assert.throws(
        () => evaluateMarker(marker, {}, 'requirements.txt:3'),
        (error: unknown) =>
          error instanceof Failure && error.exitCode === 2 && /^requirements\.txt:3: /.test(error.message),
      ));
  }

  it('says what a marker looks like, and takes one of 2,000 characters', () => {
    assert.throws(() => evaluateMarker('x', {}), {
      message: 'packages: "x" is not a valid environment marker.',
      hint: 'Markers look like python_version < "3.11".',
    });
    const long = `os_name == "posix"${' '.repeat(2000 - 18)}`;
    assert.equal(evaluateMarker(long, {}), true);
    assert.throws(() => evaluateMarker(`${long} `, {}), Failure);
  });

  it('knows macOS if it is told', () => {
    const mac = { machine: 'arm64', system: 'darwin' } as const;
    assert.equal(evaluateMarker("sys_platform == 'darwin' and platform_machine == 'arm64'", mac), true);
    assert.equal(evaluateMarker('platform_system == "Linux"', mac), false);
    assert.equal(evaluateMarker('platform_system == "Darwin"', mac), true);
  });

  it('knows a machine only if it is told', () => {
    const marker = 'platform_machine == "aarch64"';
    assert.equal(evaluateMarker(marker, {}), undefined);
    assert.equal(evaluateMarker(marker, { machine: 'aarch64' }), true);
    assert.equal(evaluateMarker(marker, { machine: 'x86_64' }), false);
  });

  describe('of a full version knows the minor one: 3.13', () => {
    for (const [rest, truth] of [
      ['>= "3.7.0"', true],
      ['>= "3.6.2" and python_full_version < "4.0.0"', true],
      ['>= "3.13"', true],
      ['>= "3.13.0"', true],
      ['>= "3.13.1"', undefined],
      ['> "3.13"', undefined],
      ['> "3.12.99"', true],
      ['< "3.13"', false],
      ['< "3.13.0"', false],
      ['< "3.13.1"', undefined],
      ['< "3.14"', true],
      ['<= "3.13"', undefined],
      ['== "3.13.2"', undefined],
      ['== "3.13.12"', undefined],
      ['== "3.12.2"', false],
      ['== "3.13.*"', true],
      ['!= "3.13.*"', false],
      ['!= "3.13.2"', undefined],
      ['!= "3.12.2"', true],
      ['=== "3.13.2"', undefined],
      ['~= "3.13.0"', true],
      ['~= "3.13.2"', undefined],
      ['~= "3.12.2"', false],
      ['in "3.13.1 3.13.2"', undefined],
      ['in "3.9.0 3.13.2"', undefined],
      ['not in "3.9.0 3.9.1"', true],
    ] as const) {
      it(`${rest}: ${truth}`, () => {
        for (const variable of ['python_full_version', 'implementation_version']) {
          const marker = `python_full_version ${rest}`.replaceAll('python_full_version', variable);
          assert.equal(evaluateMarker(marker, { pythonVersion: '3.13' }), truth, marker);
        }
      });
    }
    it('on either side', () => {
      assert.equal(evaluateMarker('"3.7.0" <= python_full_version', { pythonVersion: '3.13' }), true);
      assert.equal(evaluateMarker('"3.13.5" == python_full_version', { pythonVersion: '3.13' }), undefined);
    });
  });

  it('decides as far as the version is known', () => {
    assert.equal(evaluateMarker('python_version >= "3.8"', {}), undefined);
    assert.equal(evaluateMarker('python_version >= "3.8"', { pythonVersion: '3.11' }), true);
    assert.equal(evaluateMarker('python_full_version >= "3.8.1"', { pythonVersion: '3.11' }), true);
    assert.equal(evaluateMarker('python_full_version >= "3.11.1"', { pythonVersion: '3.11' }), undefined);
  });
});
