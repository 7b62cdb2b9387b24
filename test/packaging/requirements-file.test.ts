import assert from 'node:assert/strict';
import { badRequest, ExitCode, Failure } from '../../src/errors/failure.ts';
import { formatRequirement } from '../../src/packaging/requirement.ts';
import { readRequirements } from '../../src/packaging/requirements-file.ts';

/** Reads requirements.txt from a folder that holds these texts; a lone text is that file. */
function reading(files: string | Record<string, string>, pythonVersion?: string) {
  const texts: Record<string, string> = typeof files === 'string' ? { 'requirements.txt': files } : files;
  const read = (path: string): string => {
    const text = texts[path];
    if (text === undefined) throw badRequest(`${path} cannot be read: no such file.`, 'Check the path.');
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
      ['a semicolon with nothing after it', 'flask;\nrequests==2 ; ', ['flask', 'requests==2']],
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
      assert.equal(/cannot be evaluated/.test(leftOut[0]?.reason ?? ''), taken === undefined, marker);
    }
  });

  describe('lists as left out', () => {
    for (const [text, reason] of [
      ['-c constraints.txt', /one version of each/],
      ['--constraint=constraints.txt', /one version of each/],
      ['--pre', /one version of each/],
      ['-e .', /does not name a package/],
      ['--editable ../lib', /does not name a package/],
      ['.', /does not name a package/],
      ['.[dev]', /does not name a package/],
      ['./lib', /does not name a package/],
      ['/srv/lib', /does not name a package/],
      ['~/lib', /does not name a package/],
      ['C:\\lib', /does not name a package/],
      ['lib-1.0.tar.gz', /does not name a package/],
      ['git+ssh://example.org/x', /does not name a package/],
      ['https://example.org/x.zip', /does not name a package/],
      ['-i https://example.org/', /not from an index/],
      ['--index-url https://example.org/', /not from an index/],
      ['--extra-index-url=https://example.org/', /not from an index/],
      ['--no-index', /not from an index/],
      ['-fwheels', /not from an index/],
      ['--trusted-host example.org', /not from an index/],
      ['--only-binary :all:', /own settings/],
      ['--require-hashes', /verifies/],
      ['x; sys_platform == "win32"', /does not match/],
      ['x; platform_machine == "arm64"', /does not match/],
      ['x; platform_release >= "5"', /cannot be evaluated/],
      ['-e ./lib#egg=lib', /does not name a package/],
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

    it('a long line, shortened and without its hashes', () => {
      const { leftOut } = reading(`x==1; python_version < "3.8" --hash=sha256:00\n./${'a'.repeat(50_000)}`, '3.11');
      assert.deepEqual(
        leftOut.map(({ line }) => line),
        ['x==1; python_version < "3.8"', `./${'a'.repeat(198)}… (50002 characters)`],
      );
    });

    it('hashes once for the whole file, but not the packages they are of', () => {
      const { requirements, leftOut, notes } = reading(
        'x==1.0 \\\n    --hash=sha256:00 \\\n    --hash=sha256:11\ny --hash=sha256:22\n',
      );
      assert.deepEqual([requirements, leftOut], [['x==1.0', 'y'], []]);
      assert.deepEqual(notes, [
        'requirements.txt: the hashes of 2 packages are not carried over; nixpkgs verifies its own sources.',
      ]);
    });

    it('options after a package, of several kinds, each once', () => {
      const { requirements, leftOut, notes } = reading(
        'torch --index-url https://me:secret@idx.example/cpu\nx --hash=sha256:00 --config-settings="a=b"\n' +
          'y --no-binary :all:\nz\t--pre # why\n',
      );
      assert.deepEqual([requirements, leftOut], [['torch', 'x', 'y', 'z'], []]);
      assert.deepEqual(
        notes.map(note => /: the (.*) are not/.exec(note)?.[1]),
        ['package indexes of 1 package', 'hashes of 1 package', 'build settings of 2 packages', 'options after z'],
      );
    });
  });

  describe('takes the name alone', () => {
    for (const [text, requirement, note] of [
      [
        'svc @ git+https://me:secret@git.example.org/t/svc.git@v1.2',
        'svc',
        /not from svc @ git\+https:\/\/git\.example\.org\/t\/svc\.git@v1\.2$/,
      ],
      [
        '-e git+https://example.org/x#egg=My.Name[a]&subdirectory=y',
        'my-name[a]',
        /not from -e git\+https:\/\/example\.org\/x#egg=/,
      ],
      [
        'git+ssh://git@example.org/x.git@main#egg=x ; python_version > "3"',
        'x',
        /not from git\+ssh:\/\/git@example\.org\/x\.git@main#egg=x ;/,
      ],
      [
        'https://example.org/w/lib_x-1.0-py3-none-any.whl?token=secret',
        'lib-x==1.0',
        /not from https:\/\/example\.org\/w\/lib_x-1\.0-py3-none-any\.whl$/,
      ],
      ['x[a] @ https://example.org/x-1.0%2Bcpu-1-cp311-cp311-linux_x86_64.whl', 'x[a]==1.0+cpu', /not from x\[a\] @ /],
      ['x @ https://example.org/archive/v1.zip', 'x', /not from x @ /],
    ] as const) {
      it(`of ${text}`, () => {
        const { requirements, leftOut, notes } = reading(text, '3.13');
        assert.deepEqual([requirements, leftOut, notes.length], [[requirement], [], 1]);
        assert.match(notes[0] ?? '', /^requirements\.txt:1: [a-z-]+ is installed from nixpkgs by name, not from /);
        assert.match(notes[0] ?? '', note);
        assert.doesNotMatch(notes[0] ?? '', /secret/);
      });
    }

    it('of paths, such as every line of a conda environment has, in one note', () => {
      const { requirements, leftOut, notes } = reading(
        'dotenv-thing @ file:///c/x\nFlask @ file:///home/conda/feedstock_root/build/flask\nx[a]@file:///x.zip\n' +
          'lib-1.0-py3-none-any.whl\nmkl @ file:C:\\b\\abs\\work ; sys_platform == "linux"\n',
      );
      assert.deepEqual([requirements, leftOut], [['dotenv-thing', 'flask', 'x[a]', 'lib==1.0', 'mkl'], []]);
      assert.deepEqual(notes, [
        'requirements.txt: packages listed by a local path are installed from nixpkgs by name: ' +
          'dotenv-thing, flask, x, lib, mkl.',
      ]);
    });
  });

  it('takes for all machines what some machines want', () => {
    const { requirements, notes } = reading(
      'a; platform_machine == "x86_64"\nb; platform_machine == "aarch64" or platform_machine == "x86_64"\n' +
        'c; platform_machine == "AMD64" or platform_machine == "win32"',
    );
    assert.deepEqual(requirements, ['a', 'b']);
    assert.deepEqual(notes, [
      'requirements.txt: packages with a marker for one platform are included for all platforms: a.',
    ]);
  });

  describe('shows no secret of', () => {
    for (const [text, shown] of [
      ['-i https://me:secret@example.org/simple', '-i https://example.org/simple'],
      ['git+https://secret@example.org/x@v1', 'git+https://example.org/x@v1'],
      ['git+https://example.org/x@v1', 'git+https://example.org/x@v1'],
      ['-i https://me:se@cret@example.org/a', '-i https://example.org/a'],
      ['-i https://me:se/cret@example.org/a', '-i https://example.org/a'],
      ['-i https://me:se#cret@example.org/a', '-i https://example.org/a'],
      ['-i https://example.org/a?token=secret#cret', '-i https://example.org/a'],
      ['-i http://[::1]:80/a@b', '-i http://[::1]:80/a@b'],
      ['-i http://example.org:8080/a@b', '-i http://example.org:8080/a@b'],
      ['--wrong=https://me:secret@example.org/', '--wrong=https://example.org/'],
      ['a; python_version < https://me:secret@h/', 'a; python_version < https://h/'],
    ] as const) {
      it(text, () => {
        const { leftOut } = reading(text);
        assert.equal(leftOut[0]?.line, shown);
        assert.doesNotMatch(leftOut[0]?.reason ?? '', /cret/);
      });
    }
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
      const reason = 'the file includes itself';
      const own = reading('a\n-r requirements.txt\nb');
      assert.deepEqual(own.requirements, ['a', 'b']);
      assert.deepEqual(own.leftOut, [{ line: '-r requirements.txt', where: 'requirements.txt:2', reason }]);
      const around = reading({ 'requirements.txt': '-r sub/a.txt\na', 'sub/a.txt': 'b\n-r ../requirements.txt' });
      assert.deepEqual(around.requirements, ['b', 'a']);
      assert.deepEqual(around.leftOut, [{ line: '-r ../requirements.txt', where: 'sub/a.txt:2', reason }]);
      const { skipped } = readRequirements('./r.txt', () => '-r r.txt');
      assert.deepEqual(
        skipped.map(({ place }) => place),
        ['r.txt:1'],
      );
    });
    for (const [what, line, reason] of [
      ['file that does not exist', '-r a.txt', 'a.txt cannot be read: no such file'],
      ['URL', '-r https://me:secret@example.org/r.txt', 'only files can be included, not URLs'],
      ['file without a name', '-r', 'it does not name a file'],
    ] as const) {
      it(`no ${what}, and takes the other lines`, () => {
        const { requirements, leftOut } = reading(`a\n${line}\nb`);
        assert.deepEqual(requirements, ['a', 'b']);
        assert.deepEqual(leftOut, [{ line: line.replace('me:secret@', ''), where: 'requirements.txt:2', reason }]);
      });
    }
  });

  describe('leaves out, with the reason', () => {
    for (const [text, reason] of [
      ['flask=2', /version range/],
      ['flask requests', /valid package name/],
      ['flask==${VERSION}', /version range/],
      ['"flask"', /package name/],
      ['${NAME}', /package name/],
      ['fl\u0430sk', /U\+0430/],
      ['flask; python < 3', /environment marker/],
      ['--constructor', /is not a pip option/],
      ['--no https://example.org/', /is not a pip option/],
      ['--index https://example.org/', /not from an index/],
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

  describe('takes time in proportion to the length of', () => {
    for (const [what, text] of [
      ['blanks that are joined by backslashes', `flask${`${' '.repeat(100)}\\\n`.repeat(900)}`],
      ['a name', 'a'.repeat(90_000)],
      ['a path', '/a'.repeat(45_000)],
      ['semicolons', `a${';'.repeat(90_000)}`],
      ['a scheme without an end', `-i ${'a+'.repeat(45_000)}`],
      ['URLs in one line', `-i ${'a://b:'.repeat(15_000)}`],
      ['at signs', `a://${'@'.repeat(90_000)}`],
      ['brackets', `a[${'['.repeat(90_000)}`],
      ['quotes', `-r ${`"'`.repeat(45_000)}`],
      ['dashes', `a ${' -a'.repeat(30_000)}`],
      ['a wheel', `${'a-'.repeat(45_000)}.whl`],
      ['an egg', `git+https://h/a${'#egg='.repeat(18_000)}`],
      ['comments', '#'.repeat(90_000)],
    ] as const) {
      it(what, () => {
        const started = performance.now();
        try {
          reading(`${text}\n`.repeat(10), '3.13');
        } catch (error) {
          assert.ok(error instanceof Failure);
        }
        // 900 kB; what is quadratic takes minutes.
        assert.ok(performance.now() - started < 5000);
      });
    }
  });

  describe('refuses', () => {
    it('a file that does not exist', () => refused({}, /^requirements\.txt cannot be read/));
    it('a line that never ends, at once', () =>
      refused('x \\\n'.repeat(100_000), /^requirements\.txt:1: the line has more than 100000/));
    it('more than the allowed number of included files', () =>
      assert.throws(
        () => readRequirements('r', path => `-r ${path}r`),
        (error: unknown) => error instanceof Failure && /includes more than 100 files/.test(error.message),
      ));
    it('a file that is too large', () =>
      refused('x\n'.repeat(600_000), /has 1200000 characters; the limit is 1000000/));
  });
});
