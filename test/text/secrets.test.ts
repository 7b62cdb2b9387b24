import assert from 'node:assert/strict';
import fc from 'fast-check';
import { badRequest } from '../../src/errors/failure.ts';
import { parsePinRequest } from '../../src/pin/pin.ts';
import { secretIn, withoutSecrets } from '../../src/text/secrets.ts';
import { presentable, quoted } from '../../src/text/shown.ts';

describe('a text without secrets', () => {
  for (const [text, wanted] of [
    ['--nixpkgs: "http://u:secret@/x" is not a URL', '--nixpkgs: "http:///x" is not a URL'],
    ['"https://u:secret@h:99999" is no cache', '"https://h:99999" is no cache'],
    ['https://token@h/x', 'https://h/x'],
    ['https://u:p@ss@h/x@y', 'https://h/x@y'],
    ['https://u:pa/ss@h/x', 'https://h/x'],
    ['https://u:pa?ss@h/x', 'https://h/x'],
    ['https://u:pa#ss@h/x', 'https://h/x'],
    ['https://u:pa"ss@h/x', 'https://h/x'],
    ['https://u:pa ss@h/x', 'https://h/x'],
    ['http:/u:secret@h, http:u:secret@h', 'http:/h, http:h'],
    ['http:\\\\u:secret@h', 'http:\\\\h'],
    ['HTTPS://U:secret@H/', 'HTTPS://H/'],
    ['ext::u:a/secret@h', 'ext::h'],
    ['http://h/x y?a=b&token=secret "?key=secret"', 'http://h/x y?a=b&token= "?key="'],
    ['git+https://u:secret@h/a@v1#egg=a', 'git+https://h/a@v1#egg=a'],
    ['user:secret@host:80', 'user:@host:80'],
    ['(https://h/x?token=secret).', '(https://h/x).'],
    ['https://h/x?token=secret#secret', 'https://h/x'],
    ['https://h/x?sig=secret#sha256=0a', 'https://h/x#sha256=0a'],
    ['https://h:x/?token=secret', 'https://h:x/'],
    ['ws:u:pa/secret@h, grpc:u:pa/secret@h', 'ws:h, grpc:h'],
    ['1.http:u:pa/secret@h', '1.http:h'],
    ['://u:pa/secret@h, 1://u:pa/secret@h', '://h, 1://h'],
    [':secret@h a:b/:secret@h', ':@h a:b/:@h'],
    ['https://@h/x', 'https://h/x'],
    ['sshd://token@h', 'sshd://h'],
    ['https://u:pa/secret@h, a@b', 'https://h, a@b'],
    ['https://u:secret@', 'https://'],
    ['https://?a=secret', 'https://'],
    ['https://h/x?a=secret#0a1b2c3d, #12', 'https://h/x#0a1b2c3d, #12'],
    ['https://h/x?a=secret#egg=a, #12345678', 'https://h/x#egg=a, #12345678'],
    ['https://h/x?a=b#egg=a&key=secret', 'https://h/x'],
  ] as const) {
    it(`is that of ${JSON.stringify(text)}`, () => assert.equal(withoutSecrets(text), wanted));
  }

  for (const text of [
    'https://github.com/NixOS/nixpkgs/archive/x.tar.gz: the server has no such file (status 404).',
    'http://[::1]:80/a@b and http://h:8080/a@b, or http://h:8080.',
    'ssh://git@github.com:2222/a/b@v1, git@github.com:a/b, git+ssh://git@h/x',
    'svc @ git+https://h/svc@v1; actions/checkout@v4',
    'image: python:3.11@sha256:0a1b',
    'nixpkgs/https://x is not; a: b@c; C:\\a',
    'file:///home/me/a.tar.gz, grpcs://cache.example.com, //image:load, github:NixOS/nixpkgs',
    'Write it as {"python": "3.13"}, see https://x.y/a#b.',
    'http://host.example:80/a@b, http://[::1]/a@b, [::1]:80/a@b',
    'https://h/x#a?b=c, https://#a?b=c, https://h/a:b@c',
    'httpd:conf:a/b@c, xhttp:conf:a/b@c, C:\\a:b/c@d, D:/a:b/c@d',
    'token=a in the environment, a:: b',
  ]) {
    it(`is ${JSON.stringify(text)} itself`, () => assert.equal(withoutSecrets(text), text));
  }

  it('is that of one value, in which blanks end nothing', () => {
    for (const [value, wanted] of [
      ['https://u:pa/se cret@host/a', 'https://host/a'],
      ['https://u:se cret@host/a b?key=sec ret', 'https://host/a b'],
      ['https://host/a b', 'https://host/a b'],
    ] as const) {
      assert.equal(withoutSecrets(value, true), wanted);
    }
  });

  // Characters that end a password in a URL, and some that do not.
  const parts = fc.array(fc.constantFrom('a', ':', '/', '?', '#', '%40', '[', ']', '"', ' ', '.', '1', '\\', '-'), {
    maxLength: 4,
  });
  const scheme = fc.constantFrom(
    'http://',
    'https://',
    'git+https://',
    'grpcs://',
    'HTTP://',
    'ftp://',
    'x://',
    '://',
    '1://',
  );
  const host = fc.constantFrom('h', '', 'h:99999', '[::1', 'h h', '%%', 'h:x', '..', '/x');

  it('has no user and password, whatever else is wrong with the URL', () => {
    fc.assert(
      fc.property(scheme, parts, host, parts, (start, user, end, path) => {
        // A secret cannot be told from a path after a slash, unless a colon comes before.
        const name = user.join('').replace(/[/?#\\]/g, '');
        const url = `${start}${name}:pw-SECRET@${end}/${path.join('').replaceAll('@', '')}`;
        for (const shown of [withoutSecrets(url), withoutSecrets(`${url} is wrong`), quoted(url), presentable(url)]) {
          assert.doesNotMatch(shown, /SECRET/, url);
        }
        assert.doesNotMatch(badRequest(`--x: ${JSON.stringify(url)} is wrong`, url).message, /SECRET/);
      }),
      { numRuns: 2000 },
    );
  });

  it('has no user and password in JSON and in lists, with blanks in them or not', () => {
    for (const text of [
      '{"name":"http:/me:a bSECRET@h h/x y","nixpkgs":"grpc://me:SECRET@[::1/#x"}',
      'a: b: http://me:a SECRET@h',
      'x:y:https://me:SECRET@h/a?token=SECRET',
    ]) {
      for (const shown of [withoutSecrets(text), withoutSecrets(text, true), quoted(text), presentable(text)])
        assert.doesNotMatch(shown, /SECRET/, text);
    }
  });

  it('has no query', () => {
    fc.assert(
      fc.property(scheme, host, parts, (start, end, path) => {
        const url = `${start}${end}/${path.join('').replace(/[?# ]/g, '')}?token=SECRET`;
        assert.doesNotMatch(quoted(url), /SECRET/, url);
        // In a sentence, a URL ends at a blank.
        const word = url.replaceAll(' ', '');
        for (const shown of [withoutSecrets(word), presentable(`${word}: no`)])
          assert.doesNotMatch(shown, /SECRET/, word);
      }),
      { numRuns: 2000 },
    );
  });

  it('is found in linear time', () => {
    const started = performance.now();
    for (const piece of [
      ':',
      'http:',
      'http: ',
      'a://',
      '@',
      '?',
      'x:y@',
      'a',
      ' ',
      'http://u:',
      'a.',
      '"',
      '://',
      'http:?',
    ])
      withoutSecrets(piece.repeat(500_000 / piece.length));
    assert.ok(performance.now() - started < 3000, `${performance.now() - started} ms`);
  });
});

describe('a message', () => {
  it('shows a long value by its beginning and its length', () => {
    assert.equal(quoted('x'.repeat(81)), `"${'x'.repeat(80)}"… (81 characters)`);
    assert.equal(quoted('x'.repeat(80)), `"${'x'.repeat(80)}"`);
    assert.equal(quoted(['x'.repeat(100)]), `["${'x'.repeat(78)}… (104 characters)`);
    assert.equal(quoted(undefined), 'undefined');
  });

  it('has lines of at most 4,100 characters', () => {
    const { message, hint } = badRequest(`"${'x'.repeat(3_000_000)}" is wrong`, 'word '.repeat(10_000));
    assert.match(message, /^"x{499}… \(3000002 characters\) is wrong\.$/);
    assert.equal(hint.length, 4000 + '… (50000 characters)'.length);
  });

  it('shows a word of 500 characters whole', () => {
    assert.equal(presentable('x'.repeat(500)), 'x'.repeat(500));
  });
});

describe('a URL that is written into files', () => {
  const secretOf = (url: string) => secretIn(new URL(url));

  for (const [url, wanted] of [
    ['https://u@h/x', 'credentials'],
    ['https://:p@h/x', 'credentials'],
    ['https://h/x?token=a', 'a query that may be secret'],
    ['https://h/x?private_token=a', 'a query that may be secret'],
    ['https://h/x?X-Amz-Signature=a', 'a query that may be secret'],
    ['https://h/x?a=b&sig=c', 'a query that may be secret'],
    ['https://h/x?k=0123456789abcdefg', 'a query that may be secret'],
    ['https://h/x?0123456789abcdefg', 'a query that may be secret'],
    ['https://h/x?rev=0123456789abcdef0123456789abcdef01234567', undefined],
    ['https://h/x?ref=main&path=a', undefined],
    ['https://h/x?v=26.05', undefined],
    ['https://h/x?deref=0123456789abcdefg', 'a query that may be secret'],
    ['https://h/x?refs=0123456789abcdefg', 'a query that may be secret'],
    ['https://h/x?k=abcdefghijklmnopq1', 'a query that may be secret'],
    ['https://h/x?k=abcdefghijklmnopqr', undefined],
    ['https://h/x?k=20260101000000000000', undefined],
    ['https://h/x?k=0123456789abcdefg%20words', undefined],
    ['https://h/x?k=words%200123456789abcdefg', undefined],
    ['https://h/x?recursive', undefined],
    ['https://h/x?include_v2_metadata=1', undefined],
    ['https://h/x', undefined],
  ] as const) {
    it(`${url}: ${wanted ?? 'nothing secret'}`, () => assert.equal(secretOf(url), wanted));
  }

  it('is refused as a pin, with the way to do it', () => {
    for (const url of ['https://u:SECRET@h/x', 'https://h/x?token=SECRET']) {
      assert.throws(
        () => parsePinRequest(url),
        ({ message, hint, exitCode }: { message: string; hint: string; exitCode: number }) =>
          exitCode === 2 && /would be committed/.test(message) && /netrc/.test(hint) && !/SECRET/.test(message + hint),
      );
    }
  });
});
