import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { command, scratch, treeOf } from './process.ts';
import { project as projectIn } from './projects.ts';

describe('the framework of a project', function () {
  this.timeout(60_000);
  const folder = scratch();
  const project = (...flags: string[]): Promise<string> => projectIn(folder, ...flags);
  const read = (...path: string[]) => readFileSync(join(...path), 'utf8');

  for (const [framework, dependencies, dev, cmd] of [
    [
      'fastapi',
      /"fastapi",\s+"gunicorn",\s+"uvicorn",\s+\]/,
      /dev = \["httpx", "pytest"\]/,
      /UvicornWorker",\s+"hello:app"/,
    ],
    ['django', /"django",\s+"gunicorn",\s+\]/, /dev = \["pytest"\]/, /"gunicorn",\s+"hello\.wsgi:application"/],
  ] as const) {
    it(`${framework} decides on packages, files and the command of the image, and survives all changes`, async () => {
      const cwd = await project(`--framework=${framework}`);
      assert.match(read(cwd, 'pyproject.toml'), dependencies);
      assert.match(read(cwd, 'pyproject.toml'), dev);
      assert.match(read(cwd, 'image/BUILD.bazel'), cmd);
      for (const args of [['.', '--yes'], ['update']]) {
        const before = treeOf(cwd);
        const { code, stdout, stderr } = await command(args, { cwd });
        assert.equal(code, 0, stderr);
        assert.doesNotMatch(stdout, /create|update|merge|delete/);
        assert.deepEqual(treeOf(cwd), before, args.join(' '));
      }
      const before = read(cwd, 'pyproject.toml');
      assert.equal((await command(['add', 'requests', 'hypothesis'], { cwd })).code, 0);
      assert.equal((await command(['remove', 'requests', 'hypothesis'], { cwd })).code, 0);
      assert.equal(read(cwd, 'pyproject.toml'), before);
    });
  }

  it('keeps a range that the user sets for it', async () => {
    const cwd = await project('--framework=django', '--packages=django>=4', '--nixpkgs=26.05');
    assert.match(read(cwd, 'pyproject.toml'), /"django>=4",\s+"gunicorn",\s+\]/);
    await command(['update', '--bazel=7'], { cwd });
    assert.match(read(cwd, 'pyproject.toml'), /"django>=4",\s+"gunicorn",\s+\]/);
  });

  it('has services of the same kind', async () => {
    const cwd = await project('--framework=fastapi');
    assert.equal((await command(['service', 'mail'], { cwd })).code, 0);
    assert.match(read(cwd, 'mail/app.py'), /FastAPI\(\)/);
    assert.match(read(cwd, 'mail/BUILD.bazel'), /app_program\([^)]*"mail\.app:app"/);
    assert.match(read(cwd, 'mail/image/BUILD.bazel'), /UvicornWorker",\s+"mail\.app:app"/);
  });

  it('says who still uses its packages when they are removed', async () => {
    const cwd = await project('--framework=fastapi');
    const { stderr } = await command(['remove', 'fastapi', 'uvicorn', 'gunicorn'], { cwd });
    for (const [path, name] of [
      ['hello.py', 'fastapi'],
      ['image/BUILD.bazel', 'uvicorn'],
      ['image/BUILD.bazel', 'gunicorn'],
    ]) {
      assert.ok(stderr.includes(`${path} still uses ${name}`), stderr);
    }
  });

  it('refuses what cannot be generated, and writes nothing', async () => {
    const cwd = folder;
    for (const [flags, says] of [
      [['--framework=falcon'], /--framework: unknown framework "falcon"\.\s+Choose one of flask, fastapi, django;/],
      [['--framework=asgi'], /asgi stands for code that exists already[^]*choose flask, fastapi, django/],
      [['--app=shop:app'], /--app: shop:app would be an app that exists[^]*Leave --app out/],
      [['--app=shop'], /--app: "shop" is not the place of an app/],
    ] as const) {
      const { code, stderr } = await command(['refused', '--yes', ...flags], { cwd });
      assert.equal(code, 2, stderr);
      assert.match(stderr, says);
      assert.ok(!existsSync(join(cwd, 'refused')));
    }
    const other = await project();
    assert.equal((await command(['update', '--framework=django'], { cwd: other })).code, 2);
  });

  /** A project whose stored answers name code of its own. */
  async function withOwnCode(answers: object, ...flags: string[]): Promise<string> {
    const cwd = await project(...flags);
    const stored = JSON.parse(read(cwd, '.yo-rc.json'));
    Object.assign(stored['generator-nix-python-container'].answers, answers);
    writeFileSync(join(cwd, '.yo-rc.json'), `${JSON.stringify(stored, undefined, 2)}\n`);
    return cwd;
  }

  for (const bazel of ['7', '5']) {
    it(`of code that exists serves that, and writes none: Bazel ${bazel}`, async () => {
      const cwd = await withOwnCode(
        { framework: 'wsgi', app: "src/shop.web:create_app('production')" },
        ...['--nixpkgs=24.05', `--bazel=${bazel}`],
      );
      writeFileSync(join(cwd, 'hello.py'), '# mine\n');
      const { code, stderr } = await command(['update'], { cwd });
      assert.equal(code, 0, stderr);
      assert.equal(read(cwd, 'hello.py'), '# mine\n');
      assert.ok(!existsSync(join(cwd, 'hello_test.py')), 'no longer generated');
      assert.match(read(cwd, 'BUILD.bazel'), /args = \["'shop\.web:create_app\(\\"production\\"\)'"\],/);
      assert.match(
        read(cwd, 'README.md'),
        /\nPYTHONPATH=src gunicorn --reload .* 'shop\.web:create_app\("production"\)'\n/,
      );
      assert.match(read(cwd, 'BUILD.bazel'), /imports = \["src"\]/);
      assert.match(read(cwd, 'image/BUILD.bazel'), /"gunicorn",\s+"shop\.web:create_app\(\\"production\\"\)",/);
      assert.match(read(cwd, 'image/BUILD.bazel'), /env = \{"PYTHONPATH": "\/app\/src"\},[^]*workdir = "\/app",/);
    });
  }

  it('of code in a folder of its own runs there', async () => {
    const cwd = await withOwnCode({ framework: 'asgi', app: 'backend/main:app' });
    await command(['update'], { cwd });
    assert.match(read(cwd, 'README.md'), /\ncd backend && uvicorn main:app --reload --port 5000\n/);
    assert.match(read(cwd, 'BUILD.bazel'), /"--chdir",\s+"backend",\s+"main:app",/);
    assert.match(read(cwd, 'image/BUILD.bazel'), /workdir = "\/app\/backend",/);
  });
});
