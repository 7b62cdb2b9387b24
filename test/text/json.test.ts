import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parseJson } from '../../src/text/json.ts';

const messageOf = (text: string): string => {
  try {
    parseJson(text);
  } catch (error) {
    return (error as Error).message;
  }
  return '';
};

describe('JSON', () => {
  it('is what JSON.parse accepts, and no more', () => {
    const pieces = ['{', '}', '[', ']', ',', ':', '"a"', '"', '\\', '1', '-', '.', 'e', '0', 'true', 'nul', ' ', '\n'];
    const near = fc.array(fc.constantFrom(...pieces), { maxLength: 12 }).map(parts => parts.join(''));
    fc.assert(
      fc.property(fc.oneof(near, fc.json(), fc.string()), text => {
        let wanted: unknown;
        try {
          wanted = JSON.parse(text);
        } catch {
          assert.notEqual(messageOf(text), '', text);
          return;
        }
        assert.deepEqual(parseJson(text), wanted);
      }),
      { numRuns: 3000 },
    );
  });

  it('that is wrong is an error that says where, without quoting it', () => {
    assert.equal(messageOf('{\n  "a": secret\n}'), 'line 2, column 8: a mistake here');
    assert.equal(messageOf('{"a": "http://u:secret@h'), 'line 1, column 25: it ends too early');
    assert.equal(messageOf('{"a": "secret\n"}'), 'line 1, column 14: a mistake here');
    assert.equal(messageOf('{"a": "\\x"}'), 'line 1, column 8: a mistake here');
    assert.equal(messageOf('1 2'), 'line 1, column 3: a mistake here');
    assert.equal(messageOf(''), 'line 1, column 1: it ends too early');
  });

  it('has at most 500 levels', () => {
    const nested = (levels: number): string => '['.repeat(levels) + ']'.repeat(levels);
    assert.equal(messageOf(nested(500)), '');
    assert.equal(messageOf(nested(501)), 'line 1, column 501: more than 500 levels');
    assert.equal(messageOf('{"a":'.repeat(1_000_000)), 'line 1, column 2501: more than 500 levels');
  });
});
