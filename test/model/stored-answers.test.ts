import assert from 'node:assert/strict';
import { parseStoredAnswers, storageKey } from '../../src/model/stored-answers.ts';

describe('stored answers', () => {
  it('have the version as written, also a pre-release', () => {
    const text = JSON.stringify({ [storageKey]: { version: '0.2.0-rc.1', answers: { name: 'hello' } } });
    assert.equal(parseStoredAnswers(text, '.yo-rc.json', '0.2.0-rc.1')?.version, '0.2.0-rc.1');
    assert.throws(() => parseStoredAnswers(text, '.yo-rc.json', '0.1.0'), /newer than this one/);
  });
});
