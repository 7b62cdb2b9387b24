import assert from 'node:assert/strict';
import { isSource, requirementOfSource, splitMarker } from '../../src/packaging/package-source.ts';
import { formatRequirement } from '../../src/packaging/requirement.ts';

describe('a direct reference', () => {
  for (const text of [
    'x @ https://h/x.zip',
    'x@h',
    ' x\t[a]  @  ../x ',
    'https://h/x',
    'file:x',
    './x',
    '~/x',
    'a/b',
    'C\\b',
    'x-1.0.tar.gz',
    'x-1.0-py3-none-any.whl',
  ]) {
    it(`is ${JSON.stringify(text)}`, () => assert.equal(isSource(text), true));
  }
  for (const text of ['x', 'x[a]>=2', 'x (>=2)', 'whl', '']) {
    it(`is not ${JSON.stringify(text)}`, () => assert.equal(isSource(text), false));
  }

  for (const [text, requirement, isPath] of [
    ['x @ https://h/a.zip', 'x', false],
    ['x @ FILE:///a.zip', 'x', true],
    ['x @ https://h/file:/a', 'x', false],
    ['x\n[a]   @ https://h/x-1.0-py3-none-any.whl?b#c', 'x[a]==1.0', false],
    ['x[a] @ https://h/x-one-py3-none-any.whl', 'x[a]', false],
    ['git+https://h/x#egg=My_X[b]&subdirectory=c', 'my-x[b]', false],
    ['../x#egg=x', undefined, true],
    ['wheels\\x_y-1.0-1-py3-none-any.whl', 'x-y==1.0', true],
    ['https://h/x-1.0%2Bcpu-py3-none-any.whl', 'x==1.0+cpu', false],
    ['https://h/x.zip', undefined, false],
    ['https://h/x-one-py3-none-any.whl', undefined, false],
  ] as const) {
    it(`${JSON.stringify(text)} names ${requirement ?? 'nothing'}`, () => {
      const source = requirementOfSource(text);
      assert.equal(source && formatRequirement(source.requirement), requirement);
      if (source) assert.equal(source.isPath, isPath);
    });
  }
});

describe('splitMarker', () => {
  for (const [text, stated, marker] of [
    [' flask ', 'flask', undefined],
    ['flask>=2 ; os_name == "nt" ', 'flask>=2', 'os_name == "nt"'],
    ['flask;os_name == "a;b"', 'flask', 'os_name == "a;b"'],
    [';os_name == "nt"', '', 'os_name == "nt"'],
    ['flask ; ', 'flask', undefined],
    [' https://h/a;b ', 'https://h/a;b', undefined],
    [' https://h/a;b\t; os_name == "nt"', 'https://h/a;b', 'os_name == "nt"'],
    ['x @ https://h/a ;os_name == "nt"', 'x @ https://h/a', 'os_name == "nt"'],
  ] as const) {
    it(JSON.stringify(text), () => assert.deepEqual(splitMarker(text), { stated, marker }));
  }
});
