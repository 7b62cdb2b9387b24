import assert from 'node:assert/strict';
import { missingLine } from './match-output.ts';

describe('matching output with a document', () => {
  for (const [what, expected, printed] of [
    ['the same lines', ['a', 'b'], 'a\nb\n'],
    ['no output', [], '\n'],
    ['spaces at ends, empty lines around, and line ends of terminals', ['a', '', 'b'], '\na  \r\n\r\nb\n\n'],
    ['any characters in a line', ['PASSED in …s', '…'], 'PASSED in 1.2s'],
    ['any characters, twice', ['//:hello_test … PASSED in …s'], '//:hello_test      PASSED in 0.2s'],
    ['any lines, first and last', ['…', 'b', '…'], 'a\nb\nc\nd'],
    ['lines that come twice', ['…', 'a', 'b', '…', 'c'], 'a\na\nb\na\nc'],
    ['the last of lines that are alike', ['…', 'a'], 'a\nb\na'],
  ] as const) {
    it(`finds ${what}`, () => {
      assert.equal(missingLine(expected, printed), undefined);
    });
  }

  for (const [what, expected, printed, missing] of [
    ['another line', ['a', 'b'], 'a\nc', 'b'],
    ['a line that is missing', ['a', 'b', 'c'], 'a\nc', 'b'],
    ['the order', ['…', 'b', '…', 'a', '…'], 'a\nb', 'a'],
    ['a part of a line', ['…', 'asse', '…'], 'passed', 'asse'],
    ['what a wildcard would have to read twice', ['ab…bc'], 'abc', 'ab…bc'],
    ['lines after the last', ['a'], 'a\nb', 'the end of the output'],
    ['an end too early', ['a', '…', 'b'], 'a', 'b'],
    ['the end in the middle', ['…', 'a'], 'a\nb', 'the end of the output'],
  ] as const) {
    it(`misses ${what}`, () => {
      assert.equal(missingLine(expected, printed), missing);
    });
  }
});
