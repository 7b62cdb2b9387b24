import assert from 'node:assert/strict';
import { didYouMean, suggestions } from '../../src/text/suggest.ts';

const known = ['name', 'nixpkgs', 'python', 'packages', 'bazel', 'remoteCache', 'ci', 'git'];

describe('a suggestion', () => {
  for (const [typed, meant] of Object.entries({ pyton: 'python', packges: 'packages', nam: 'name', bazle: 'bazel' })) {
    it(`for ${typed} is ${meant}`, () => assert.deepEqual(suggestions(typed, known, { most: 1 }), [meant]));
  }

  for (const typed of ['zzzz', 'pkgs', 'toString', 'x', '']) {
    it(`is not made for ${JSON.stringify(typed)}`, () => assert.deepEqual(suggestions(typed, known), []));
  }

  it('is a question for a hint to begin with, or nothing', () => {
    assert.equal(
      didYouMean('pyton', known, name => `--${name}`),
      'Did you mean --python? ',
    );
    assert.equal(didYouMean('zzzz', known), '');
  });
});
