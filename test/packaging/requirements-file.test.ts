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
  const { requirements, leftOut } = readRequirements('requirements.txt', read, { pythonVersion });
  return { requirements: requirements.map(formatRequirement), leftOut };
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
      ['a package that is named twice, once', 'flask>=2\nrequests\nFlask[async]<4', ['flask[async]>=2,<4', 'requests']],
    ] as const) {
      it(what, () => {
        assert.deepEqual(reading(text), { requirements: [...requirements], leftOut: [] });
      });
    }
  });

  describe('lists as left out', () => {
    for (const [text, reason] of [
      ['-c constraints.txt', /one version of each/],
      ['--constraint=constraints.txt', /one version of each/],
      ['--pre', /one version of each/],
      ['-e .', /not a package by name/],
      ['-e git+https://example.org/x#egg=x', /not a package by name/],
      ['--editable ../lib', /not a package by name/],
      ['.', /not a package by name/],
      ['.[dev]', /not a package by name/],
      ['./lib', /not a package by name/],
      ['/srv/lib', /not a package by name/],
      ['~/lib', /not a package by name/],
      ['C:\\lib', /not a package by name/],
      ['lib-1.0-py3-none-any.whl', /not a package by name/],
      ['lib-1.0.tar.gz', /not a package by name/],
      ['git+ssh://example.org/x', /not a package by name/],
      ['https://example.org/x.zip', /not a package by name/],
      ['x @ https://example.org/x.zip', /not a package by name/],
      ['x[a]@file:///x.zip', /not a package by name/],
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
      ['x; platform_machine == "arm64"', /not known/],
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

    it('hashes, but not the package they are of', () => {
      const { requirements, leftOut } = reading('x==1.0 \\\n    --hash=sha256:00 \\\n    --hash=sha256:11\ny\n');
      assert.deepEqual(requirements, ['x==1.0', 'y']);
      assert.deepEqual(
        leftOut.map(({ where, reason }) => [where, reason]),
        [['requirements.txt:1', 'nixpkgs checks the hashes of what it builds from']],
      );
    });

    it('two kinds of options of one package', () => {
      const { requirements, leftOut } = reading('x --hash=sha256:00 --config-settings="a=b"');
      assert.deepEqual(requirements, ['x']);
      assert.equal(leftOut.length, 2);
    });

    it('no password', () => {
      const { leftOut } = reading('-i https://me:secret@example.org/simple\ngit+https://token@example.org/x');
      assert.deepEqual(
        leftOut.map(({ line }) => line),
        ['-i https://***@example.org/simple', 'git+https://***@example.org/x'],
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

  describe('refuses', () => {
    it('a file that is not there', () => refused({}, /^"requirements\.txt" cannot be read/));
    it('UTF-16', () => refused(Buffer.from('\uFEFFflask\n', 'utf16le').toString(), /not a text in UTF-8/));
    for (const [text, message] of [
      ['flask=2', /no version range/],
      ['flask requests', /no version range/],
      ['flask -1', /no version range/],
      ['flask==${VERSION}', /no version range/],
      ['"flask"', /no package name/],
      ['${NAME}', /no package name/],
      ['fl\u0430sk', /U\+0430/],
      ['flask; python < 3', /no environment marker/],
      ['flask;', /no environment marker/],
      ['flask --install', /no option of pip/],
      ['--constructor', /no option of pip/],
      ['--index https://example.org/', /no option of pip/],
    ] as const) {
      it(text, () => {
        refused(`\n\\\n  ${text}\n`, message);
        refused(`\n${text}\n`, /^requirements\.txt:2: /);
      });
    }
    it('two exact versions of one package', () => refused('a==1\na==2', /^requirements\.txt: no version of a can be/));
  });
});
