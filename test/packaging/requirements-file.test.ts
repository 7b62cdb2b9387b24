import assert from 'node:assert/strict';
import { ExitCode, Failure } from '../../src/errors/failure.ts';
import { formatRequirement } from '../../src/packaging/requirement.ts';
import { readRequirements } from '../../src/packaging/requirements-file.ts';

/** Reads requirements.txt from a folder that holds these texts; a lone text is that file. */
function reading(files: string | Record<string, string>, pythonVersion?: string) {
  const texts: Record<string, string> = typeof files === 'string' ? { 'requirements.txt': files } : files;
  const read = (path: string): string => {
    const text = texts[path];
    if (text === undefined) throw Object.assign(new Error('no such file'), { code: 'ENOENT' });
    return text;
  };
  const { requirements, skipped, notes } = readRequirements('requirements.txt', read, { pythonVersion });
  return {
    requirements: requirements.map(({ requirement }) => formatRequirement(requirement)),
    leftOut: skipped.map(({ line, place: where, reason }) => ({ line, where, reason })),
    notes,
  };
}

const refused = (files: string | Record<string, string>, message: RegExp) =>
  assert.throws(
    () => reading(files),
    (error: unknown) => {
      assert.ok(error instanceof Failure, String(error));
      assert.equal(error.exitCode, ExitCode.badRequest);
      assert.match(error.message, message);
      return true;
    },
  );

describe('readRequirements', () => {
  describe('takes over', () => {
    for (const [what, text, requirements] of [
      ['nothing from nothing', '', []],
      ['names, extras and ranges', 'Flask[async] >= 2, < 4\nrequests', ['flask[async]>=2,<4', 'requests']],
      ['what stands beside comments', '# web\nflask # the app\n\n  # done\n', ['flask']],
      ['a comment in any script', 'flask # größer 中文\n', ['flask']],
      ['the lines of Windows, old Macs and a byte order mark', '\uFEFFa\r\nb\rc\r\n', ['a', 'b', 'c']],
      ['a line that goes on', 'flask \\\n  >=2, \\\r\n  <4\nrequests', ['flask>=2,<4', 'requests']],
      ['what a comment ends', 'flask \\\n# why\nrequests', ['flask', 'requests']],
      ['the last line, even if it would go on', 'flask\\', ['flask']],
      ['a marker that holds', 'uvloop; sys_platform == "linux"', ['uvloop']],
      ['a package as often as it is named', 'flask>=2\nFlask[async]<4', ['flask>=2', 'flask[async]<4']],
    ] as const) {
      it(what, () => {
        assert.deepEqual(reading(text), { requirements: [...requirements], leftOut: [], notes: [] });
      });
    }
  });

  it('takes over what holds for every patch release of the Python', () => {
    for (const [marker, taken] of [
      ['>= "3.7.0"', true],
      ['>= "3.11.0"', true],
      ['< "3.11"', false],
      ['!= "3.11.4"', undefined],
      ['> "3.11.0"', undefined],
    ] as const) {
      const { requirements, leftOut } = reading(`x; python_full_version ${marker}`, '3.11');
      assert.deepEqual(requirements, taken ? ['x'] : [], marker);
      assert.equal(/depends on/.test(leftOut[0]?.reason ?? ''), taken === undefined, marker);
    }
  });

  describe('lists as left out', () => {
    for (const [text, reason] of [
      ['-c constraints.txt', /one version of each/],
      ['--constraint=constraints.txt', /one version of each/],
      ['--pre', /one version of each/],
      ['-e .', /not a package by name/],
      ['--editable ../lib', /not a package by name/],
      ['.', /not a package by name/],
      ['.[dev]', /not a package by name/],
      ['./lib', /not a package by name/],
      ['/srv/lib', /not a package by name/],
      ['~/lib', /not a package by name/],
      ['C:\\lib', /not a package by name/],
      ['lib-1.0.tar.gz', /not a package by name/],
      ['git+ssh://example.org/x', /not a package by name/],
      ['https://example.org/x.zip', /not a package by name/],
      ['-i https://example.org/', /only source/],
      ['--index-url https://example.org/', /only source/],
      ['--extra-index-url=https://example.org/', /only source/],
      ['--no-index', /only source/],
      ['-fwheels', /only source/],
      ['--trusted-host example.org', /only source/],
      ['--only-binary :all:', /its own way/],
      ['--require-hashes', /hashes/],
      ['x; sys_platform == "win32"', /does not hold/],
      ['x==1; python_version < "3.8" --hash=sha256:00', /does not hold/],
      ['x; platform_machine == "arm64"', /depends on the machine/],
    ] as const) {
      it(text, () => {
        const { requirements, leftOut } = reading(`flask\n\n${text} # why\n`, '3.11');
        assert.deepEqual(requirements, ['flask']);
        assert.equal(leftOut.length, 1);
        assert.equal(leftOut[0]?.line, text);
        assert.equal(leftOut[0]?.where, 'requirements.txt:3');
        assert.match(leftOut[0]?.reason ?? '', reason);
      });
    }

    it('hashes once for the whole file, but not the packages they are of', () => {
      const { requirements, leftOut, notes } = reading(
        'x==1.0 \\\n    --hash=sha256:00 \\\n    --hash=sha256:11\ny --hash=sha256:22\n',
      );
      assert.deepEqual([requirements, leftOut], [['x==1.0', 'y'], []]);
      assert.deepEqual(notes, ['requirements.txt: the hashes of 2 packages are not carried over']);
    });

    it('options after a package, of several kinds, each once', () => {
      const text =
        'torch --index-url https://idx.example/cpu\nx --hash=sha256:00 --config-settings="a=b"\ny --no-binary :all:';
      const { requirements, notes } = reading(text);
      assert.deepEqual(requirements, ['torch', 'x', 'y']);
      assert.deepEqual(
        notes.map(note => /the (.*) are/.exec(note)?.[1]),
        ['package indexes of 1 package', 'hashes of 1 package', 'build settings of 2 packages'],
      );
    });

    for (const [text, name, line] of [
      ['Flask @ file:///home/conda/feedstock_root/build/flask', 'flask', undefined],
      [
        'svc @ git+https://me:secret@git.example.org/t/svc.git@v1.2',
        'svc',
        'svc @ git+https://git.example.org/t/svc.git@v1.2',
      ],
      ['-e git+https://example.org/x#egg=My.Name[a]', 'my-name[a]', undefined],
      ['lib-1.0-py3-none-any.whl', 'lib', undefined],
      ['https://example.org/w/lib_x-1.0-py3-none-any.whl', 'lib-x', undefined],
      ['x[a]@file:///x.zip', 'x[a]', undefined],
    ] as const) {
      it(`all but the name of ${text}`, () => {
        const { requirements, leftOut } = reading(text);
        assert.deepEqual(requirements, [name]);
        assert.equal(leftOut[0]?.line, line ?? text);
        assert.match(leftOut[0]?.reason ?? '', /^only the name .* is taken from it/);
      });
    }

    it('no password', () => {
      const { leftOut } = reading('-i https://me:secret@example.org/simple\ngit+https://token@example.org/x');
      assert.deepEqual(
        leftOut.map(({ line }) => line),
        ['-i https://example.org/simple', 'git+https://example.org/x'],
      );
    });
  });

  describe('includes', () => {
    it('files relative to the one that names them, each once', () => {
      const { requirements, leftOut } = reading({
        'requirements.txt': '-r requirements/web.txt\n--requirement=requirements/db.txt\nrequests',
        'requirements/web.txt': '-r"base file.txt"\nflask',
        'requirements/db.txt': "-r 'base file.txt'\n-r /srv/shared.txt\nsqlalchemy",
        'requirements/base file.txt': 'click\n-e .',
        '/srv/shared.txt': '--requirement /srv/more.txt',
        '/srv/more.txt': 'redis',
      });
      assert.deepEqual(requirements, ['click', 'flask', 'redis', 'sqlalchemy', 'requests']);
      assert.deepEqual(
        leftOut.map(({ where }) => where),
        ['requirements/base file.txt:2'],
      );
    });

    it('no file twice around', () => {
      refused('a\n-r requirements.txt', /^requirements\.txt:2: "requirements\.txt" includes itself/);
      refused(
        { 'requirements.txt': '-r sub/a.txt', 'sub/a.txt': '\n-r ../requirements.txt' },
        /^sub\/a\.txt:2: .* itself/,
      );
      assert.throws(
        () => readRequirements('./r.txt', () => '-r r.txt'),
        (error: unknown) => error instanceof Failure && /^r\.txt:1: /.test(error.message),
      );
    });
    it('no file that is not there', () => refused('-r a.txt', /^requirements\.txt:1: "a\.txt" cannot be read/));
    it('no URL', () => refused('-r https://me:secret@example.org/r.txt', /^requirements\.txt:1: -r names a URL/));
    it('nothing without a name', () => refused('-r', /^requirements\.txt:1: no file/));
  });

  describe('leaves out, with the reason', () => {
    for (const [text, reason] of [
      ['flask=2', /version range/],
      ['flask requests', /version range/],
      ['flask==${VERSION}', /version range/],
      ['"flask"', /package name/],
      ['${NAME}', /package name/],
      ['fl\u0430sk', /U\+0430/],
      ['flask; python < 3', /environment marker/],
      ['flask;', /environment marker/],
      ['--constructor', /no such option/],
      ['--index https://example.org/', /no such option/],
    ] as const) {
      it(text, () => {
        const { requirements, leftOut } = reading(`a\n\\\n  ${text}\nb\n`);
        assert.deepEqual(requirements, ['a', 'b']);
        assert.equal(leftOut.length, 1);
        assert.equal(leftOut[0]?.where, 'requirements.txt:3');
        assert.match(leftOut[0]?.reason ?? '', reason);
      });
    }
  });

  describe('refuses', () => {
    it('a file that does not exist', () => refused({}, /^"requirements\.txt" cannot be read/));
    it('a binary file', () => refused('a\0b', /not a text file/));
    it('a line that never ends, at once', () =>
      refused('x \\\n'.repeat(100_000), /^requirements\.txt:1: a line of more than 10000/));
    it('a file that is too large', () => refused('x\n'.repeat(600_000), /has 1200000 characters; at most 1000000/));
  });
});
