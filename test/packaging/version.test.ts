import assert from 'node:assert/strict';
import { isContradictory, normaliseSpecifier, normaliseVersion, satisfies } from '../../src/packaging/version.ts';

describe('versions after PEP 440', () => {
  const versions: [text: string, normal: string | undefined][] = [
    ['1', '1'],
    ['1.0.0', '1.0.0'],
    ['v1.0', '1.0'],
    ['01.002', '1.2'],
    ['1.0-RC.1', '1.0rc1'],
    ['1.0alpha', '1.0a0'],
    ['1.0c2', '1.0rc2'],
    ['1.0-1', '1.0.post1'],
    ['1.0.rev3', '1.0.post3'],
    ['1.0dev', '1.0.dev0'],
    ['2!1.0a1.post2.dev3', '2!1.0a1.post2.dev3'],
    ['1.0+Ubuntu_1-002', '1.0+ubuntu.1.2'],
    ['1.0+1e5.0x10', '1.0+1e5.0x10'],
    ['1.0+00a1.00.100', '1.0+00a1.0.100'],
    ['20231010123456', '20231010123456'],
    ['', undefined],
    ['one', undefined],
    ['1.', undefined],
    ['1..0', undefined],
    ['1.0+', undefined],
    ['1.0 ', undefined],
    ['1.0\n', undefined],
    ['1.*', undefined],
    ['٣.1', undefined],
    ['unstable-2023-01-01', undefined],
    ['1.9999999999999999', undefined],
  ];
  for (const [text, normal] of versions) {
    it(`${JSON.stringify(text)} is ${normal ?? 'none'}`, () => assert.equal(normaliseVersion(text), normal));
  }
});

describe('version specifiers', () => {
  const specifiers: [text: string, normal: string | undefined][] = [
    ['', ''],
    [' ', ''],
    ['<4, >= 2', '>=2,<4'],
    ['>=2,', '>=2'],
    ['>=2,>=2', '>=2'],
    ['===1.0-local,>1', '>1,===1.0-local'],
    ['!=1.5,<=2,>1,~=1.2', '~=1.2,>1,!=1.5,<=2'],
    ['>=1,~=1.2,==1.5', '==1.5,~=1.2,>=1'],
    ['!=2,!=1', '!=1,!=2'],
    ['!=1,!=2', '!=1,!=2'],
    ['==12!1.*', '==12!1.*'],
    ['==v1.0-RC1', '==1.0rc1'],
    ['==1!2.*', '==1!2.*'],
    ['!=1.0+local', '!=1.0+local'],
    [',', undefined],
    [',>1', undefined],
    ['>1,,<2', undefined],
    ['1.0', undefined],
    ['=1.0', undefined],
    ['=>1.0', undefined],
    ['> = 1', undefined],
    ['^1.0', undefined],
    ['~1.0', undefined],
    ['~=1', undefined],
    ['>=1.*', undefined],
    ['==*', undefined],
    ['==1.0a1.*', undefined],
    ['==1.*.2', undefined],
    ['>1.0+local', undefined],
    ['==1 2', undefined],
    ['===', undefined],
    ['===$(id)', undefined],
    ['===${pkgs}', undefined],
    ['===a"b', undefined],
  ];
  for (const [text, normal] of specifiers) {
    it(`${JSON.stringify(text)} is ${normal ?? 'none'}`, () => assert.equal(normaliseSpecifier(text), normal));
  }

  const pairs: [version: string, specifier: string, answer: boolean | undefined][] = [
    ['2.0', '', true],
    ['2', '==2.0', true],
    ['2', '==2.0.*', true],
    ['2.1', '==2.0.*', false],
    ['1!2.0', '==2.*', false],
    ['3.10', '>=3.9', true],
    ['3.10', '<3.9', false],
    ['2.9', '~=2.2', true],
    ['3.0', '~=2.2', false],
    ['2.2.9', '~=2.2.1', true],
    ['2.3', '~=2.2.1', false],
    ['2.2.post3', '~=2.2.post3', true],
    ['1.0+local', '==1.0', true],
    ['1.0+local', '==1.0+other', false],
    ['1.0+local', '>1.0', false],
    ['1.0.post1', '>1.0', false],
    ['1.0.post2', '>1.0.post1', true],
    ['1.0.post1', '>1.0.post1', false],
    ['1.0.post12', '>1.0', false],
    ['1.0', '>2.0', false],
    ['1.0.dev1', '<1.0.dev1', false],
    ['1.0.dev12', '<1.0', false],
    ['1.0', '>1.0.dev1', true],
    ['1.0rc1', '<1.0', false],
    ['1.0b1', '<1.0rc1', true],
    ['1.0.dev1', '<1.0.post1', true],
    ['1.0rc1', '>=0.9', true],
    ['2.0', '>=1,!=2.0', false],
    ['1.0', '===1.0', true],
    ['1.0', '===1.0.0', false],
    ['unstable', '===unstable', true],
    ['unstable', '>=1', undefined],
    ['1.0', 'nonsense', undefined],
  ];
  for (const [version, specifier, answer] of pairs) {
    it(`${version} against "${specifier}": ${answer}`, () => assert.equal(satisfies(version, specifier), answer));
  }

  for (const [specifier, answer] of [
    ['==1,==2', true],
    ['==1,==1.0', false],
    ['==1,>=2', true],
    ['==1.5,==1.*', false],
    ['==1.0,==1.0+local', false],
    ['===a,==1', true],
    ['==1.*', false],
    ['nonsense', false],
    ['', false],
  ] as const) {
    it(`"${specifier}" ${answer ? 'rules itself out' : 'can be'}`, () =>
      assert.equal(isContradictory(specifier), answer));
  }
});
