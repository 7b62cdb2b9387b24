import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { ShellWordsError, shellWords } from '../../src/text/shell-words.ts';

describe('the words of a command', () => {
  for (const text of [
    'celery -A shop worker',
    '  python3   -m  worker ',
    "echo 'a b'\\''c' \"it's \\$5 and \\\"quoted\\\" \\n\" d\\ e",
    "a''b '' \"\" \"a\"'b'c",
    "--name='x y' --pattern='*.py' --money='$5' a#b",
    'a=b user@host:/path %d +x',
  ]) {
    it(`are those of a shell: ${text}`, () => {
      const printed = execFileSync('sh', ['-c', `printf '%s\\0' ${text}`], { encoding: 'utf8' });
      assert.deepEqual(shellWords(text), printed.split('\0').slice(0, -1));
    });
  }

  it('are none in an empty command', () => assert.deepEqual(shellWords('  '), []));

  for (const [text, says] of [
    ["a 'b", /a ' without/],
    ['a "b', /a " without/],
    ['a "b\\"', /a " without/],
    ['a\\', /ends with a backslash/],
    ['a | b', /has a \|/],
    ['a && b', /has a &/],
    ['a; b', /has a ;/],
    ['a > b', /has a >/],
    ['a $HOME', /has a \$/],
    ['a "$HOME"', /single quotes/],
    ['a "`b`"', /single quotes/],
    ['a *', /has a \*/],
    ['a # b', /has a #/],
    ['a\nb', /line end/],
    ['a\tb', /control character/],
  ] as const) {
    it(`are refused of ${JSON.stringify(text)}`, () => {
      assert.throws(
        () => shellWords(text),
        (error: unknown) => error instanceof ShellWordsError && says.test(error.message),
      );
    });
  }
});
