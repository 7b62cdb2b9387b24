import assert from 'node:assert/strict';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { Failure } from '../../src/errors/failure.ts';
import { pipelinesAbove } from '../../src/model/ci-providers.ts';
import { packRecord, readRecord } from '../../src/plan/record.ts';

describe('the record of the last generated state', () => {
  const texts = new Map([
    ['a/b.nix', '{ }\n'],
    ['hello.py', 'print("é")\r\n'],
    ['.yo-rc.json', '{}\n'],
  ]);
  const file = '/x/record';
  const unpacked = (json: string): string => gzipSync(json).toString('base64');

  it('unpacks to what was packed, without the answers', () => {
    const kept = new Map([...texts].filter(([path]) => path !== '.yo-rc.json'));
    const text = packRecord(texts);
    assert.deepEqual(readRecord(text, file), kept);
    assert.deepEqual(readRecord(text.replaceAll('\n', '\r\n'), file), kept, 'with the line ends of Windows');
    assert.match(text, /^# .*\n([\w+/=]{1,100}\n)+$/);
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary' })), contents => {
        const rendered = new Map(contents.map((content, at) => [`f/${at}`, content]));
        assert.deepEqual(readRecord(packRecord(rendered), file), rendered);
      }),
    );
  });

  it('keeps its bytes if its content is the same', () => {
    const [heading = ''] = packRecord(texts).split('\n');
    const json = JSON.stringify(Object.fromEntries([...readRecord(packRecord(texts), file)]));
    const packed = `${heading}\n${gzipSync(json, { level: 1 }).toString('base64')}\n`;
    const reversed = new Map([...texts].reverse());
    assert.notEqual(packRecord(texts), packed);
    assert.equal(packRecord(reversed, packed), packed);
    assert.equal(packRecord(reversed), packRecord(texts));
    assert.notEqual(packRecord(new Map([...texts, ['new', '']]), packed), packed);
    assert.equal(packRecord(texts, 'damaged'), packRecord(texts));
  });

  it('leaves out pipelines above the project, unless they are its own', () => {
    const [own, moved] = ['../.github/workflows/ci-hello.yml', '../../.github/workflows/ci.yml'];
    const text = packRecord(new Map([...texts, [own, 'own\n'], [moved, 'moved\n']]));
    const paths = (above?: readonly string[]): string[] => [...readRecord(text, file, above).keys()];
    assert.deepEqual(paths(), ['a/b.nix', 'hello.py']);
    assert.deepEqual(paths([own]), [own, 'a/b.nix', 'hello.py']);
    assert.equal(readRecord(text, file, [own]).get(own), 'own\n');
  });

  for (const place of ['api', 'services/api', 'Services/my_api', 'a/b.c/d']) {
    it(`leaves out the pipelines of a project that was in ${place} before`, () => {
      const above = pipelinesAbove(place);
      assert.notDeepEqual(above, []);
      const text = packRecord(new Map([...texts, ...above.map(path => [path, 'moved\n'] as const)]));
      assert.deepEqual([...readRecord(text, file).keys()], ['a/b.nix', 'hello.py']);
      assert.deepEqual([...readRecord(text, file, above).keys()], [...above, 'a/b.nix', 'hello.py']);
    });
  }

  const whole = packRecord(texts);
  const [heading = '', ...lines] = whole.split('\n');
  for (const [what, text] of [
    ['is empty', ''],
    ['is cut off', whole.slice(0, -20)],
    ['lacks its heading and a line', lines.slice(1).join('\n')],
    ['has a changed letter', whole.replace(/.(?=.{20}\n$)/, letter => (letter === 'a' ? 'b' : 'a'))],
    [
      'has a merge conflict',
      `${heading}\n<<<<<<< HEAD\n${lines.join('\n')}=======\n${lines.join('\n')}>>>>>>> other\n`,
    ],
    [
      'has a merge conflict without labels',
      `${heading}\n<<<<<<<\n${lines.join('\n')}=======\n${lines.join('\n')}>>>>>>>\n`,
    ],
    ['is another file', 'hello = 1\n'],
    ['holds a list', unpacked('["a"]')],
    ['holds null', unpacked('null')],
    ['holds a number', unpacked('{"a": 1}')],
    ['has a path out of the project', unpacked('{"../a": "x"}')],
    ['has an absolute path', unpacked('{"/etc/a": "x"}')],
    ['is larger than 64 MiB', unpacked(`${' '.repeat(2 ** 26)}{}`)],
    ['has a pipeline below the project that leads out of it', unpacked('{"a/../.github/workflows/ci.yml": "x"}')],
    ['has another file above the project', unpacked('{"../.github/workflows/ci.yml.sh": "x"}')],
    ['has a file beside the pipelines', unpacked('{"../.github/workflows/../ci.yml": "x"}')],
    ['has a path into .git', unpacked('{"nix/.Git/hooks/a": "x"}')],
  ] as const) {
    it(`cannot be read if it ${what}`, () => {
      assert.throws(
        () => readRecord(text, file),
        (error: unknown) => {
          assert.ok(error instanceof Failure);
          assert.equal(error.exitCode, 2);
          assert.match(error.message, /^\/x\/record is damaged: /);
          assert.match(error.hint, /older commit, or take one side/);
          return true;
        },
      );
    });
  }
});
