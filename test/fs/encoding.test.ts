import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { decode, encode } from '../../src/fs/encoding.ts';

describe('decode and encode', () => {
  const cases: Record<string, [bytes: Buffer, text: string]> = {
    'UTF-8': [Buffer.from('h\u00e9 \u{1f40d}\n'), 'h\u00e9 \u{1f40d}\n'],
    'a byte order mark': [Buffer.from([0xef, 0xbb, 0xbf, 0x61]), '\ufeffa'],
    'Latin-1': [Buffer.from('caf\xe9\n', 'latin1'), 'caf\udce9\n'],
    'an incomplete sequence': [Buffer.from([0xf0, 0x9f, 0x90]), '\udcf0\udc9f\udc90'],
    'an overlong sequence': [Buffer.from([0xc0, 0xaf]), '\udcc0\udcaf'],
    'a surrogate written as UTF-8': [Buffer.from([0xed, 0xb3, 0xa9]), '\udced\udcb3\udca9'],
    'both alternately': [Buffer.from([0xff, 0xc3, 0xa9, 0xff, 0xfe]), '\udcff\u00e9\udcff\udcfe'],
    'an empty file': [Buffer.alloc(0), ''],
  };
  for (const [what, [bytes, text]] of Object.entries(cases)) {
    it(`keep ${what}`, () => {
      assert.equal(decode(bytes), text);
      assert.deepEqual(encode(text), bytes);
    });
  }

  it('keep any bytes', () => {
    for (let length = 1; length < 2000; length++) {
      const bytes = randomBytes(length);
      assert.ok(encode(decode(bytes)).equals(bytes), bytes.toString('hex'));
    }
  });

  it('never decode invalid UTF-8 to a text that UTF-8 can encode', () => {
    assert.notEqual(decode(Buffer.from('caf\xe9', 'latin1')), 'caf\u00e9');
    assert.notEqual(decode(Buffer.from([0xff])), '\ufffd');
  });
});
