import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { shellPath, shellQuote } from '../../src/text/shell-quote.ts';

describe('a word quoted for the shell', () => {
  it('stays as it is if it needs no quotes', () => assert.equal(shellQuote('../my_app/v1.0'), '../my_app/v1.0'));

  it('is that word to the shell, whatever it holds', () => {
    const words = fc.sample(fc.string({ unit: 'grapheme' }), 200).map(word => word.replaceAll('\0', ''));
    const said = execFileSync('sh', ['-c', `printf '%s\\0' ${words.map(shellQuote).join(' ')}`], { encoding: 'utf8' });
    assert.deepEqual(said.split('\0').slice(0, -1), words);
  });

  it('is a path to every command, also one that looks like an option', () => {
    assert.deepEqual(['-rf', '-x y', 'a-b', '../-c', '$(x)'].map(shellPath), [
      './-rf',
      "'./-x y'",
      'a-b',
      '../-c',
      "'$(x)'",
    ]);
  });
});
