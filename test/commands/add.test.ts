import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { command, scratch, treeOf } from './process.ts';
import { kept } from './pyproject-layouts.ts';

describe('add and remove', function () {
  this.timeout(30_000);
  const folder = scratch();
  const file = 'pyproject.toml';
  const read = (cwd: string) => readFileSync(join(cwd, file), 'utf8');
  const run = (args: readonly string[], cwd: string) => command(args, { cwd });

  before(async () => {
    const { code, stderr } = await command(['fresh', '--name', 'hello', '--yes'], { cwd: folder });
    assert.equal(code, 0, stderr);
  });

  /** A copy of a fresh project, with another pyproject.toml if one is given. */
  function project(pyproject?: string | Buffer): string {
    const cwd = mkdtempSync(join(folder, 'd-'));
    cpSync(join(folder, 'fresh'), cwd, { recursive: true });
    if (pyproject !== undefined) writeFileSync(join(cwd, file), pyproject);
    return cwd;
  }

  it('changes only the list, to what `new` writes for the same packages, so that `new` changes nothing after it', async () => {
    const cwd = project();
    const first = treeOf(cwd);
    const { code, stdout, stderr } = await run(['add', 'requests', 'redis>=4', 'flask>=2', 'opencv-python'], cwd);
    assert.equal(code, 0, stderr);
    assert.match(
      stdout,
      /^ {4}added {2}requests \(.*\)\n {4}added {2}redis>=4 \(.* 7\.4\.0\)\n replaced {2}flask>=2 \(was flask; .*\)\n/,
    );
    assert.match(stdout, /added {2}opencv-python \(.*; attribute opencv4\)\n {2}updated {2}pyproject\.toml\n$/);
    await run(['add', '--dev', 'hypothesis'], cwd);
    const rest = Object.keys(first).filter(path => path !== file);
    const added = treeOf(cwd);
    for (const path of rest) assert.equal(added[path], first[path]);

    for (const more of [[], ['--yes'], ['--python', '3.13']]) {
      const again = await run(['.', ...more], cwd);
      assert.equal(again.code, 0, again.stderr);
      assert.doesNotMatch(again.stdout, /update|create/);
    }
    const answered = JSON.parse((await run(['.', '--json', '--dry-run'], cwd)).stdout).answers;
    assert.deepEqual(answered.packages, ['flask>=2', 'opencv-python', 'redis>=4', 'requests']);
    assert.equal((await run(['remove', 'requests', 'redis', 'opencv_python'], cwd)).code, 0);
    await run(['remove', 'hypothesis', '--dev'], cwd);
    await run(['add', 'flask>=2.1'], cwd);
    assert.equal(
      read(cwd).replace('flask>=2.1', 'flask'),
      Buffer.from(first[file]?.split(' ')[1] ?? '', 'base64').toString(),
    );
  });

  for (const [what, [before, args, after]] of Object.entries(kept)) {
    it(`keeps ${what}`, async () => {
      const cwd = project(before);
      const { code, stderr } = await run(args.split(' '), cwd);
      assert.equal(code, 0, stderr);
      assert.equal(read(cwd), after);
    });
  }

  it('reports what is already listed or not listed, and changes nothing', async () => {
    const cwd = project('[project]\ndependencies = ["flask", "Redis >=4"]\n');
    const before = treeOf(cwd);
    const add = await run(['add', 'redis', 'redis>=4', 'flask'], cwd);
    assert.equal(add.code, 0);
    assert.match(add.stdout, /^ {5}kept {2}Redis >=4 \(already listed\)\n {5}kept {2}flask \(already listed\)\n$/);
    const remove = await run(['remove', 'requests', 'numpy'], cwd);
    assert.equal(remove.code, 2);
    assert.match(remove.stderr, /requests, numpy: not listed in \[project\] dependencies/);
    const typo = await run(['remove', 'flask', 'rediss'], cwd);
    assert.match(typo.stderr, /rediss: not listed .*\n +Did you mean redis\? Nothing was changed\./);
    assert.deepEqual(treeOf(cwd), before);
  });

  it('works from a folder inside the project, and in nested projects on the inner one', async () => {
    const cwd = project();
    cpSync(join(folder, 'fresh'), join(cwd, 'services/inner'), { recursive: true });
    // Of another generator, as for a part of the project.
    writeFileSync(join(cwd, 'services/.yo-rc.json'), '{"generator-other": {}}');
    const outer = read(cwd);
    assert.equal((await run(['add', 'redis'], join(cwd, 'services/inner/nix'))).code, 0);
    assert.match(read(join(cwd, 'services/inner')), /"redis"/);
    assert.equal(read(cwd), outer);
    const { stdout } = await run(['add', 'redis', '--json'], join(cwd, 'services'));
    assert.equal(JSON.parse(stdout).target, cwd);
    assert.match(read(cwd), /"redis"/);
  });

  it('with --dry-run, shows the change and writes nothing; with --json, prints one document', async () => {
    const cwd = project();
    const before = treeOf(cwd);
    const { stdout, stderr } = await run(['add', 'opencv-python', 'flask', '--dry-run', '--diff'], cwd);
    assert.match(stderr, /^\+ {4}"opencv-python",$/m);
    assert.match(stderr, /^\+opencv-python = "opencv4"$/m);
    assert.match(stdout, /update {2}pyproject\.toml/);
    const document = JSON.parse((await run(['add', 'opencv-python', 'flask', '--dry-run', '--json'], cwd)).stdout);
    assert.deepEqual(document, {
      target: cwd,
      written: false,
      list: 'dependencies',
      changes: [
        {
          action: 'added',
          name: 'opencv-python',
          requirement: 'opencv-python',
          attribute: 'opencv4',
          version: '4.13.0',
        },
        { action: 'kept', name: 'flask', requirement: 'flask' },
      ],
      adjustments: [],
      warnings: [],
      steps: [{ action: 'update', path: file }],
    });
    assert.deepEqual(treeOf(cwd), before);
    const refused = JSON.parse((await run(['add', 'asyncio', '--json'], cwd)).stdout);
    assert.equal(refused.error.exitCode, 2);
  });

  it('takes a requirements file, with packages or alone', async () => {
    const cwd = project();
    writeFileSync(join(cwd, 'nix/more.txt'), 'Requests[socks]>=2,<3\nredis; python_version < "3"\n');
    const { code, stderr } = await run(['add', 'redis', '--requirements', 'more.txt'], join(cwd, 'nix'));
    assert.equal(code, 0, stderr);
    assert.match(stderr, /more\.txt:2: left out/);
    assert.match(read(cwd), /"redis",\n {4}"requests\[socks\]>=2,<3",\n/);
    assert.match((await run(['add', '--requirements', 'nix/more.txt'], cwd)).stdout, /kept {2}requests\[socks\]/);
  });

  it('takes the packages of a Pipfile that belong in the list that it changes', async () => {
    const cwd = project();
    writeFileSync(
      join(cwd, 'Pipfile'),
      '[packages]\nredis = "*"\npytest-cov = "*"\n[dev-packages]\nhypothesis = "*"\n',
    );
    const runtime = await run(['add', '--requirements', 'Pipfile'], cwd);
    assert.equal(runtime.code, 0, runtime.stderr);
    assert.match(runtime.stderr, /pytest-cov: tools for tests and development/);
    assert.match(runtime.stderr, /Not added, as they are for development: hypothesis\. Add them with --dev/);
    assert.doesNotMatch(read(cwd), /hypothesis/);
    assert.equal((await run(['add', '--dev', '--requirements', 'Pipfile'], cwd)).code, 0);
    assert.match(read(cwd), /dev = \[[^\]]*"hypothesis"/);
    writeFileSync(join(cwd, 'dev.txt'), 'mypy\n');
    assert.equal((await run(['add', '--dev', '--requirements', 'dev.txt'], cwd)).code, 0);
    assert.match(read(cwd), /dev = \[[^\]]*"mypy"/);
  });

  it('refuses a package that the catalog does not know, with suggestions, unless it is forced', async () => {
    const cwd = project();
    const before = treeOf(cwd);
    const refused = await run(['add', 'reqests', 'redis'], cwd);
    assert.equal(refused.code, 1);
    assert.match(
      refused.stderr,
      /^error: packages: nixpkgs of July 2026 has no package reqests for python313\. Did you mean requests/,
    );
    assert.match(refused.stderr, /Nothing was changed\. --force adds it all the same/);
    assert.deepEqual(treeOf(cwd), before);
    const { code, stderr } = await run(['add', 'reqests', '--force'], cwd);
    assert.equal(code, 0);
    assert.match(stderr, /^warning: packages: nixpkgs of July 2026 has no package reqests/m);
    assert.match(read(cwd), /"reqests"/);
    // An attribute that the user set does not help if nixpkgs does not have it.
    const own = project(`${read(cwd)}\n[tool.nixpkgs.attributes]\nmine = "my_own"\n`);
    assert.match((await run(['add', 'mine', '--force'], own)).stderr, /no package mine/);
  });

  it('warns about a package that the project still imports', async () => {
    const cwd = project();
    const { code, stderr } = await run(['remove', 'flask', 'gunicorn'], cwd);
    assert.equal(code, 0);
    assert.match(stderr, /warning: hello\.py still uses flask: .*\nwarning: image\/BUILD\.bazel still uses gunicorn/);
    assert.match(read(cwd), /dependencies = \[\n\]/);
    assert.match((await run(['remove', '--dev', 'pytest'], cwd)).stderr, /bazel\/run_pytest\.py still uses pytest/);
    const changed = project();
    writeFileSync(join(changed, 'hello.py'), 'app = None\n');
    assert.doesNotMatch((await run(['remove', 'flask'], changed)).stderr, /warning/);
  });

  it('names the other list if the package is in that one', async () => {
    const { code, stderr } = await run(['remove', 'pytest'], project());
    assert.equal(code, 2);
    assert.match(stderr, /pytest: not listed in \[project\] dependencies.*\n +pytest: remove it with --dev\./);
  });

  it('keeps an attribute while a list needs it', async () => {
    const cwd = project();
    await run(['add', 'opencv-python'], cwd);
    await run(['add', '--dev', 'opencv-python'], cwd);
    await run(['remove', 'opencv-python'], cwd);
    assert.match(read(cwd), /opencv-python = "opencv4"/);
    await run(['remove', '--dev', 'opencv-python'], cwd);
    assert.equal(read(cwd), read(join(folder, 'fresh')));
  });

  const dependencies = 'dependencies = ["flask"]\n';
  const refused: Record<
    string,
    readonly [pyproject: string | Buffer | undefined, args: readonly string[], says: RegExp]
  > = {
    'a package that nixpkgs never has, together with others': [
      undefined,
      ['add', 'redis', 'asyncio'],
      /no package asyncio/,
    ],
    'the name of the project': [undefined, ['add', 'hello'], /hello\.py would shadow the package hello/],
    'TOML in a package': [undefined, ['add', 'a"]\nx = "'], /package/],
    'a URL': [undefined, ['add', 'x @ https://y/z'], /is a URL/],
    'two versions at once': [undefined, ['add', 'redis==4', 'redis==5'], /redis/],
    'a range to remove': [
      undefined,
      ['remove', 'redis>=4'],
      /Expected only the name of a package, got "redis>=4"\.\s+Write redis\./,
    ],
    'no package to add': [undefined, ['add'], /`add` needs a package/],
    'no package to remove': [undefined, ['remove', '--dev'], /`remove` needs the name/],
    'a flag of new': [undefined, ['add', 'redis', '--python', '3.13'], /Unknown option for `add`: --python/],
    '--requirements to remove': [undefined, ['remove', 'redis', '--requirements', 'x'], /Unknown option for `remove`/],
    'invalid TOML': ['[project\n', ['add', 'redis'], /pyproject\.toml is not valid TOML: line \d+: /],
    'bytes that are not UTF-8': [
      Buffer.from('[project]\nname = "\xe4"\n' + dependencies, 'latin1'),
      ['remove', 'flask'],
      /pyproject\.toml is not valid TOML: line 2: invalid UTF-8/,
    ],
    'a file without a list of dependencies': [
      '[project]\nname = "x"\n',
      ['add', 'redis'],
      /has no \[project\] dependencies/,
    ],
    'dynamic dependencies': [
      '[project]\ndynamic = ["version", "dependencies"]\n',
      ['add', 'redis'],
      /dependencies are dynamic/,
    ],
    'dependencies that are not a list': [
      '[project]\ndependencies = "flask"\n',
      ['add', 'redis'],
      /project\.dependencies must be an array/,
    ],
    'a dev group that is not a list': [
      `[project]\n${dependencies}[dependency-groups]\ndev = {}\n`,
      ['add', 'redis'],
      /dependency-groups\.dev must be an array/,
    ],
    'dependency groups that are not a table': [
      `dependency-groups = { lint = [] }\n[project]\n${dependencies}`,
      ['add', '--dev', 'redis'],
      /has dependency groups, but no table/,
    ],
    'attributes in an inline table': [
      `[project]\n${dependencies}[tool.nixpkgs]\nattributes = { x = "y" }\n`,
      ['add', 'opencv-python'],
      /opencv-python needs an entry in \[tool\.nixpkgs\.attributes\], which is not written as a table/,
    ],
  };
  for (const [what, [pyproject, args, says]] of Object.entries(refused)) {
    it(`refuses ${what}: one message, exit code 2, nothing written`, async () => {
      const cwd = project(pyproject);
      const before = treeOf(cwd);
      const { code, stdout, stderr } = await run(args, cwd);
      assert.equal(code, 2, stderr);
      assert.match(stderr, says);
      assert.match(stderr, /^error: .+\n {7}.+\n$/, 'a sentence, and what to do');
      assert.equal(stdout, '');
      assert.deepEqual(treeOf(cwd), before);
    });
  }

  describe('a folder that is not a project, or one of a newer version', () => {
    const yoRc = (text: string) => {
      const cwd = project();
      writeFileSync(join(cwd, '.yo-rc.json'), text);
      return cwd;
    };
    const stored = (version: string) =>
      yoRc(
        readFileSync(join(folder, 'fresh/.yo-rc.json'), 'utf8').replace(
          /"version": "[^"]+"/,
          `"version": "${version}"`,
        ),
      );
    const refuses = async (cwd: string, says: RegExp, commands = ['add redis', 'remove flask', 'build', '. --yes']) => {
      for (const args of commands) {
        const before = treeOf(cwd);
        const { code, stderr } = await run(args.split(' '), cwd);
        assert.equal(code, 2, stderr);
        assert.match(stderr, says, args);
        assert.deepEqual(treeOf(cwd), before);
      }
    };

    it('is refused without .yo-rc.json, or without the key of this generator in it', async () => {
      const empty = mkdtempSync(join(folder, 'd-'));
      await refuses(empty, /is not inside a project of this generator.*\n.*new FOLDER/, ['add redis', 'remove flask']);
      await refuses(empty, /is not a project of this generator \(no \.yo-rc\.json\)\./, ['build']);
      await refuses(yoRc('{"generator-other": {}}'), /(not inside a|no) project of this generator/, [
        'add redis',
        'build',
      ]);
    });

    it('is refused if .yo-rc.json is not JSON', () => refuses(yoRc('{'), /\.yo-rc\.json is not JSON/));

    it('is refused if a newer version wrote it', async () => {
      for (const version of ['99.0.0', '0.1.1-beta.1', '0.10.0']) {
        await refuses(stored(version), /was written by version .* of this generator, which is newer than this one/);
      }
      assert.equal((await run(['add', 'redis'], stored('0.0.9'))).code, 0);
    });

    it('is refused without pyproject.toml, or if that is a link to a file outside', async () => {
      const cwd = project();
      rmSync(join(cwd, file));
      await refuses(cwd, /pyproject\.toml is missing/, ['add redis', 'remove flask']);
      writeFileSync(join(folder, 'elsewhere.toml'), `[project]\n${dependencies}`);
      symlinkSync('../elsewhere.toml', join(cwd, file));
      await refuses(cwd, /outside the project/, ['add redis', 'remove flask']);
    });

    it('is refused by `new` if pyproject.toml is invalid', async () => {
      await refuses(project('[project\n'), /pyproject\.toml is not valid TOML/, ['. --yes']);
      await refuses(project('[project]\ndependencies = ["a; x"]\n'), /"x" is not a valid environment marker/, [
        '. --yes',
      ]);
    });
  });
});
