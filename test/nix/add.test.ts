import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { command, scratch, treeOf } from '../commands/process.ts';
import { needs } from '../needs.ts';
import { nix } from '../nix-available.ts';
import { nixEnvironment } from '../download/trees.ts';
import { pack } from './tarball.ts';

describe('add and remove with Nix', function () {
  this.timeout(60_000);
  const folder = scratch();
  let env: Record<string, string>;

  before(needs('nix-instantiate'));
  before(async () => {
    env = nixEnvironment(mkdtempSync(join(folder, 'nix-'))) as Record<string, string>;
    const nixpkgs = pathToFileURL(pack(folder)).href;
    const { code, stderr } = await command(['hello', '--yes', '--nixpkgs', nixpkgs, '--python', '3.11'], {
      cwd: folder,
      env,
    });
    assert.equal(code, 0, stderr);
  });

  function project(pyproject?: string): string {
    const cwd = mkdtempSync(join(folder, 'd-'));
    cpSync(join(folder, 'hello'), cwd, { recursive: true });
    if (pyproject !== undefined) writeFileSync(join(cwd, 'pyproject.toml'), pyproject);
    return cwd;
  }
  const read = (cwd: string) => readFileSync(join(cwd, 'pyproject.toml'), 'utf8');
  const evaluate = (cwd: string, which: 'runtime' | 'development'): string =>
    nix(env, 'nix-instantiate', '--eval', join(cwd, 'nix/python.nix'), '-A', `${which}.drvPath`);

  it('print the version in the pinned nixpkgs, set attributes where needed, and leave a project that evaluates', async () => {
    const cwd = project();
    const first = { tree: treeOf(cwd), runtime: evaluate(cwd, 'runtime'), development: evaluate(cwd, 'development') };
    const { code, stdout, stderr } = await command(['add', 'requests>=2', 'torch', 'flask-cors'], { cwd, env });
    assert.equal(code, 0, stderr);
    assert.equal(stderr.replace(/\nNext:.*/s, ''), 'Asking Nix for the packages\n');
    assert.match(stdout, /added {2}requests>=2 \(the pinned nixpkgs has 2\.28\.1\)/);
    assert.match(stdout, /added {2}torch \(the pinned nixpkgs has 1\.13\.1; attribute pytorch\)/);
    assert.match(read(cwd), /\ntorch = "pytorch"\n$/);
    const runtime = evaluate(cwd, 'runtime');
    assert.notEqual(runtime, first.runtime);

    assert.equal((await command(['add', '--dev', 'uvicorn[standard]'], { cwd, env })).code, 0);
    assert.equal(evaluate(cwd, 'runtime'), runtime, 'the image has no packages of the tests');
    assert.notEqual(evaluate(cwd, 'development'), first.development);
    const again = await command(['.'], { cwd, env });
    assert.doesNotMatch(again.stdout, /create|update|conflict/, again.stderr);

    await command(['remove', '--dev', 'uvicorn'], { cwd, env });
    await command(['remove', 'requests', 'torch', 'flask-cors'], { cwd, env });
    assert.deepEqual(treeOf(cwd), first.tree);
  });

  it('refuse a package that the pin lacks, or a range that excludes its version, without --force', async () => {
    const cwd = project();
    const before = treeOf(cwd);
    const refused = await command(['add', 'requests', 'reqests', 'redis>=5'], { cwd, env });
    assert.equal(refused.code, 1);
    assert.match(
      refused.stderr,
      /error: packages: the pinned nixpkgs has no package reqests for python311\. Did you mean requests/,
    );
    assert.match(refused.stderr, /^packages: the pinned nixpkgs has redis 4\.3\.4, which "redis>=5" does not allow\./m);
    assert.deepEqual(treeOf(cwd), before);
    const { code, stderr } = await command(['add', 'reqests', 'redis>=5', '--force'], { cwd, env });
    assert.equal(code, 0);
    assert.match(stderr, /warning: packages: the pinned nixpkgs has redis 4\.3\.4, which "redis>=5" does not allow\./);
    assert.throws(() => evaluate(cwd, 'runtime'), /error:/);
    const mended = await command(['add', 'redis<5'], { cwd, env });
    assert.match(mended.stdout, /replaced {2}redis<5 \(was redis>=5; the pinned nixpkgs has 4\.3\.4\)/);
    await command(['remove', 'reqests'], { cwd, env });
    assert.match(evaluate(cwd, 'runtime'), /\.drv"/);
    const relaxed = await command(['add', 'redis==5.0.1', '--pins', 'drop'], { cwd, env });
    assert.match(relaxed.stdout, /relax {2}redis==5\.0\.1 → redis \(nixpkgs has 4\.3\.4\)/);
  });

  it('look for a package at the attribute that the user has set', async () => {
    const cwd = project(
      `${read(project())}\n[tool.nixpkgs.attributes]\nmine = "scikitimage" # ours\nother = "nowhere"\n`,
    );
    const { stdout, stderr } = await command(['add', 'mine', 'other', '--force'], { cwd, env });
    assert.match(stdout, /added {2}mine \(the pinned nixpkgs has 0\.19\.3\)/);
    assert.match(stderr, /no package other for python311\./);
    await command(['remove', 'other'], { cwd, env });
    assert.match(evaluate(cwd, 'runtime'), /\.drv"/);
    await command(['remove', 'mine'], { cwd, env });
    assert.match(read(cwd), /\nmine = "scikitimage" # ours\nother = "nowhere"\n$/);
  });

  it('use the Python of pyproject.toml', async () => {
    const cwd = project(read(project()).replace('3.11', '3.7'));
    assert.match((await command(['add', 'numpy'], { cwd, env })).stderr, /does not have numpy for Python 3\.7\./);
  });

  for (const [what, made] of Object.entries({
    'CRLF and a byte order mark': (text: string) => `\uFEFF${text.replaceAll('\n', '\r\n')}`,
    'one line and odd quotes': (text: string) =>
      text.replace(/\[\n {4}"flask",\n {4}"gunicorn",\n\]/, `[ 'flask' , """gunicorn""", ] # c`),
    'no dev group and no line break at the end': (text: string) => text.replace(/\n\[dependency-groups\][^]*/, ''),
  })) {
    it(`leave a project that evaluates: ${what}`, async () => {
      const cwd = project(made(read(project())));
      const before = [read(cwd), evaluate(cwd, 'runtime'), evaluate(cwd, 'development')] as const;
      for (const args of [
        ['requests', 'torch'],
        ['--dev', 'redis>=4'],
      ]) {
        const { code, stderr } = await command(['add', ...args], { cwd, env });
        assert.equal(code, 0, stderr);
      }
      assert.notEqual(evaluate(cwd, 'runtime'), before[1]);
      assert.notEqual(evaluate(cwd, 'development'), before[2]);
      await command(['remove', 'requests', 'torch'], { cwd, env });
      await command(['remove', '--dev', 'redis'], { cwd, env });
      assert.equal(read(cwd), before[0]);
    });
  }
});
