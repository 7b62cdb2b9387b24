import assert from 'node:assert/strict';
import fc from 'fast-check';
import { withMember } from '../../src/text/json-member.ts';

const key = 'ours';

describe('setting a member of a JSON text', () => {
  for (const [what, before, after] of [
    ['an empty object', '{}', '{\n  "ours": {\n    "a": 1\n  }\n}'],
    ['an empty object with blanks', ' { \n}\n', ' {\n  "ours": {\n    "a": 1\n  }\n}\n'],
    ['a text on one line', '{"x":[1, 2]}', '{"x":[1, 2],"ours":{"a":1}}'],
    ['a text with tabs', '{\n\t"x": 1\n}\n', '{\n\t"x": 1,\n\t"ours": {\n\t\t"a": 1\n\t}\n}\n'],
    [
      'the line ends of Windows',
      '{\r\n  "x": 1\r\n}\r\n',
      '{\r\n  "x": 1,\r\n  "ours": {\r\n    "a": 1\r\n  }\r\n}\r\n',
    ],
    ['an old value', '{\n  "ours": [\n    {}\n  ],\n  "x": 1\n}', '{\n  "ours": {\n    "a": 1\n  },\n  "x": 1\n}'],
    ['the same value, in another form', '{"ours" : { "a":1 } }', '{"ours" : { "a":1 } }'],
    [
      'the key twice, and once deeper',
      '{"ours":0,"x":{"ours":2},"ours":1}',
      '{"ours":0,"x":{"ours":2},"ours":{"a":1}}',
    ],
    ['an escaped key', '{"\\u006furs":1}', '{"\\u006furs":{"a":1}}'],
    ['brackets and quotes in strings', '{"x":"}\\"]{","ours":"\\\\"}', '{"x":"}\\"]{","ours":{"a":1}}'],
    [
      'numbers that JavaScript cannot hold, a byte order mark, and bytes that are not UTF-8',
      '\uFEFF{"x":[12345678901234567890,1.0,1e400,"\\u00e9\udce9"],"__proto__":{"y":-0}}',
      '\uFEFF{"x":[12345678901234567890,1.0,1e400,"\\u00e9\udce9"],"__proto__":{"y":-0},"ours":{"a":1}}',
    ],
  ] as const) {
    it(`keeps the rest of ${what}`, () => {
      assert.equal(withMember(before, key, { a: 1 }), after);
      assert.equal(withMember(after, key, { a: 1 }), after, 'twice');
    });
  }

  it('gives undefined for what is no object', () => {
    for (const text of ['[]', 'null', '1', '"{}"', '[{"ours":1}]']) assert.equal(withMember(text, key, {}), undefined);
  });

  it('changes that member alone, in any JSON', () => {
    const value = fc.dictionary(fc.string(), fc.jsonValue());
    const indent = fc.constantFrom(undefined, 1, 2, '\t');
    const object = fc.dictionary(fc.oneof(fc.string(), fc.constant(key)), fc.jsonValue());
    fc.assert(
      fc.property(object, value, indent, (before, ours, space) => {
        const text = JSON.stringify(before, undefined, space);
        const after = withMember(text, key, ours) ?? '';
        assert.deepEqual(JSON.parse(after), JSON.parse(JSON.stringify({ ...before, [key]: ours })));
        assert.deepEqual(Object.keys(JSON.parse(after)), Object.keys({ ...before, [key]: ours }));
      }),
    );
  });

  it('takes time in proportion to the text', () => {
    const text = `{"x":${'[{"y":"\\\\'.repeat(20_000)}${'"}]'.repeat(20_000)},"z":"${'\\"'.repeat(200_000)}"}`;
    const start = performance.now();
    assert.ok(withMember(text, key, {})?.endsWith(',"ours":{}}'));
    assert.ok(performance.now() - start < 2000);
  });
});
