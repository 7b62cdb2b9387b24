import assert from 'node:assert/strict';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const { faultOf, regexpsIn } = (await import(join(root, 'tools/regexps.mjs'))) as {
  regexpsIn: (code: string) => readonly (readonly [string, string] | undefined)[];
  faultOf: (pattern: string, flags: string) => Promise<string>;
};

describe('the check of regular expressions', function () {
  this.timeout(120_000);

  it('finds each in a program, and that one is put together', () => {
    const code = "const a = /x+/g; f({ b: [/[/]/] }); new RegExp(a); RegExp('c'); '/no/'; 1 / 2 / 3;";
    assert.deepEqual(regexpsIn(code), [['x+', 'g'], ['[/]', ''], undefined, undefined]);
  });

  it('refuses one that takes quadratic or exponential time, and accepts one that does not', async () => {
    assert.match(await faultOf('\\s+$', ''), /2nd degree polynomial/);
    assert.match(await faultOf('^(a+)+$', ''), /exponential/);
    assert.equal(await faultOf('^\\s+x', ''), '');
    assert.equal(await faultOf('[ab]', ''), '');
  });
});
