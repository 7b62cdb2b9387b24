import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { command, scratch, treeOf } from '../commands/process.ts';
import { needs } from '../needs.ts';
import { nix } from '../nix-available.ts';
import { nixEnvironment } from '../download/trees.ts';
import { pack } from './tarball.ts';

describe('--packages, where Nix can be asked', function () {
  this.timeout(60_000);
  const folder = scratch();
  let env: Record<string, string>;
  let nixpkgs: string;

  before(needs('nix-instantiate'));
  before(() => {
    env = nixEnvironment(mkdtempSync(join(folder, 'nix-'))) as Record<string, string>;
    nixpkgs = pathToFileURL(pack(folder)).href;
  });

  const empty = () => mkdtempSync(join(folder, 'd-'));
  const hello = (cwd: string, packages: string, more: readonly string[] = [], changed: Record<string, string> = {}) => {
    const args = ['hello', '--yes', '--nixpkgs', nixpkgs, '--python', '3.11', '--packages', packages, ...more];
    return command(args, { cwd, env: { ...env, ...changed } });
  };

  const present = 'requests>=2,email-validator,torch,unreleased,versionless,flask-cors';
  /** What the project itself makes of its packages. */
  const evaluate = (cwd: string): string =>
    nix(env, 'nix-instantiate', '--eval', join(cwd, 'hello/nix/python.nix'), '-A', 'runtime.drvPath');

  it('says nothing of packages that are there, and gives them their attributes', async () => {
    const cwd = empty();
    const { code, stderr } = await hello(cwd, present);
    assert.equal(code, 0, stderr);
    assert.doesNotMatch(stderr, /warning/);
    assert.match(stderr, /^Asking Nix for the packages$/m);
    const pyproject = readFileSync(join(cwd, 'hello/pyproject.toml'), 'utf8');
    assert.match(pyproject, /\[tool\.nixpkgs\.attributes\]\nflask-cors = "flask_cors"\ntorch = "pytorch"\n/);
    assert.match(evaluate(cwd), /^"\/.*\.drv"$/m, 'and the project finds them too');
    const again = await hello(cwd, present);
    assert.doesNotMatch(again.stdout, /create|update|conflict/);
  });

  it('warns of a package that is missing or outside of its range, and goes on', async () => {
    const cwd = empty();
    const { code, stderr } = await hello(cwd, 'reqests,redis>=5,withdrawn');
    assert.equal(code, 0, stderr);
    assert.match(stderr, /warning: .*\(26\.05\) has no package reqests for python311\. Did you mean requests/);
    assert.match(stderr, /warning: .*has no package withdrawn for python311/);
    assert.match(stderr, /warning: .*has redis 4\.3\.4, which "redis>=5" does not allow\./);
    assert.match(readFileSync(join(cwd, 'hello/pyproject.toml'), 'utf8'), /"reqests",/);
  });

  for (const packages of ['reqests', 'redis>=5', 'withdrawn', 'nothing', 'versionless>=1', 'unreleased>=1']) {
    it(`warns of ${packages}, and of nothing that would not stop the build`, async () => {
      const cwd = empty();
      assert.match((await hello(cwd, packages)).stderr, /^warning: packages: the pinned nixpkgs \(26\.05\) has/m);
      assert.throws(() => evaluate(cwd), /error:/);
    });
  }

  it('tells it in JSON and in a dry run as well', async () => {
    const cwd = empty();
    const { stdout } = await hello(cwd, 'reqests,redis>=5', ['--json', '--dry-run']);
    const { warnings } = JSON.parse(stdout);
    assert.equal(warnings.length, 2);
    assert.match(warnings[0], /no package reqests/);
    assert.match(warnings[1], /redis 4\.3\.4/);
    assert.deepEqual(treeOf(cwd), {});
  });

  it('refuses what nixpkgs never has before Nix is asked', async () => {
    const { code, stderr } = await hello(empty(), 'asyncio');
    assert.equal(code, 2);
    assert.doesNotMatch(stderr, /Asking Nix/);
  });

  it('has the catalog without Nix, and where Nix does not answer', async () => {
    const without = await hello(empty(), 'withdrawn', [], { PATH: folder });
    assert.equal(without.code, 0, without.stderr);
    assert.match(without.stderr, /withdrawn is not among the packages known to be in nixpkgs 26\.05/);
    assert.doesNotMatch(without.stderr, /Nix could not say/);
    const failing = await hello(empty(), 'endless');
    assert.equal(failing.code, 0, failing.stderr);
    assert.match(failing.stderr, /warning: .*Nix could not say .*infinite recursion/);
    assert.match(failing.stderr, /endless is not among the packages known to be in nixpkgs 26\.05/);
  });

  it('starts no process of Nix without packages', async () => {
    const bin = join(empty(), 'bin');
    mkdirSync(bin);
    // Stands for Nix, to be seen when it is started: a real one leaves no trace.
    const script = `#!/bin/sh\necho "$0" >> ${folder}/started\nexit 1\n`;
    for (const name of ['nix-store', 'nix-instantiate']) writeFileSync(join(bin, name), script, { mode: 0o755 });
    const PATH = `${bin}${delimiter}${env.PATH}`;
    const started = () => readFileSync(join(folder, 'started'), 'utf8');
    assert.equal((await hello(empty(), '', [], { PATH })).code, 0);
    assert.throws(started, { code: 'ENOENT' });
    assert.equal((await hello(empty(), 'requests', [], { PATH })).code, 0);
    assert.match(started(), /nix-store\n$/);
  });
});
