import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { command, scratch, treeOf } from '../commands/process.ts';
import { needs } from '../needs.ts';
import { nix } from '../nix-available.ts';
import { nixEnvironment } from '../download/trees.ts';
import { pack } from './tarball.ts';

describe('new --packages with Nix', function () {
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

  it('does not warn of packages that exist, and sets their attributes', async () => {
    const cwd = empty();
    const { code, stderr } = await hello(cwd, present);
    assert.equal(code, 0, stderr);
    assert.doesNotMatch(stderr, /warning/);
    assert.match(stderr, /^Asking Nix for the packages$/m);
    const pyproject = readFileSync(join(cwd, 'hello/pyproject.toml'), 'utf8');
    assert.match(pyproject, /\[tool\.nixpkgs\.attributes\]\ntorch = "pytorch"\n/);
    assert.match(evaluate(cwd), /^"\/.*\.drv"$/m, 'and the project finds them too');
    const again = await hello(cwd, present);
    assert.doesNotMatch(again.stdout, /create|update|conflict/);
  });

  it('refuses packages that are missing, outside of their range, without an extra or broken, all at once', async () => {
    const cwd = empty();
    const packages = 'reqests,redis>=5,withdrawn,risky,uvicorn[fast],requests';
    const { code, stderr } = await hello(cwd, packages);
    assert.equal(code, 2, stderr);
    assert.match(stderr, /^error: 5 of 6 packages are not in the pinned nixpkgs \(26\.05\) as they are required:$/m);
    assert.match(stderr, /^ {2}reqests +not there; did you mean requests\?$/m);
    assert.match(stderr, /^ {2}redis>=5 +4\.3\.4; /m);
    assert.match(
      stderr,
      /^ {2}risky +1\.2, which is marked as insecure; nix\/overrides\.nix can allow python3\.11-risky-1\.2$/m,
    );
    assert.match(stderr, /^ {2}uvicorn\[fast\] +0\.22\.0, without the extra fast$/m);
    assert.deepEqual(treeOf(cwd), {});
    const kept = await hello(cwd, packages, ['--pins', 'keep']);
    assert.equal(kept.code, 0, kept.stderr);
    const inNix = [
      /reqests \(tried/,
      /redis>=5 \(nixpkgs has 4/,
      /\(fast; nixpkgs has dev/,
      /risky \("/,
      /withdrawn$/m,
    ];
    const saysAll = ({ stderr: said }: { stderr: string }) => inNix.every(says => says.test(said));
    assert.throws(() => evaluate(cwd), saysAll);
  });

  for (const packages of [
    'reqests',
    'redis>=5',
    'withdrawn',
    'nothing',
    'versionless>=1',
    'unreleased>=1',
    'crooked',
    'dependent',
    'uvicorn[failing]',
  ]) {
    it(`refuses ${packages}, which would stop the build`, async () => {
      const cwd = empty();
      assert.equal((await hello(cwd, packages)).code, 2);
      assert.match(
        (await hello(cwd, packages, ['--pins', 'keep'])).stderr,
        /^warning: packages: .*the pinned nixpkgs/m,
      );
      assert.throws(() => evaluate(cwd), /error:/);
    });
  }

  it('reports it in JSON and in a dry run as well, and writes a project that evaluates with a policy', async () => {
    const cwd = empty();
    const { stdout } = await hello(cwd, 'reqests,redis>=5', ['--json', '--dry-run']);
    const { faults } = JSON.parse(stdout).error;
    assert.deepEqual(
      faults.map(({ kind }: { kind: string }) => kind),
      ['missing', 'version'],
    );
    assert.deepEqual(treeOf(cwd), {});
    const { code } = await hello(cwd, 'reqests,redis>=5', ['--pins', 'drop', '--skip-missing']);
    assert.equal(code, 0);
    assert.match(evaluate(cwd), /\.drv"$/m);
  });

  it('refuses what nixpkgs never has without asking Nix', async () => {
    const { code, stderr } = await hello(empty(), 'asyncio');
    assert.equal(code, 2);
    assert.doesNotMatch(stderr, /Asking Nix/);
  });

  it('uses the catalog without Nix, and if Nix does not answer', async () => {
    const without = await hello(empty(), 'withdrawn', [], { PATH: folder });
    assert.equal(without.code, 2, without.stderr);
    assert.match(without.stderr, /error: \S+ is not in nixpkgs of July 2026 as it is required:/);
    assert.doesNotMatch(without.stderr, /Nix could not/);
    const failing = await hello(empty(), 'endless', ['--pins', 'keep']);
    assert.equal(failing.code, 0, failing.stderr);
    assert.match(failing.stderr, /warning: .*Nix could not evaluate .*infinite recursion/);
    assert.match(failing.stderr, /nixpkgs of July 2026 has no package endless/);
  });

  it('refuses a Python and a Bazel that the pin lacks, and warns of what every project needs', async () => {
    const plain = readFileSync(new URL('../../../test/nixpkgs/default.nix', import.meta.url), 'utf8');
    const text = plain.replace(' "bazel_8"', '').replace('gunicorn = "20.1.0";', '').replace(' "python314"', '');
    const url = pathToFileURL(pack(folder, { 'default.nix': text })).href;
    const make = (...args: string[]) => command(['hello', '--yes', '--nixpkgs', url, ...args], { cwd: empty(), env });
    const bazel = await make('--python=3.13');
    assert.equal(bazel.code, 2);
    assert.match(
      bazel.stderr,
      /error: bazel: the pinned nixpkgs \(26\.05\) has no Bazel 8\.\n +Choose Bazel 4, 5, 6, 7, 9,/,
    );
    const python = await make('--python=3.14', '--bazel=7');
    assert.match(
      python.stderr,
      /error: python: the pinned nixpkgs \(26\.05\) has no Python 3\.14\.\n +Choose Python 3\.7,/,
    );
    const made = await make('--python=3.13', '--bazel=7');
    assert.match(made.stderr, /has no package gunicorn for python313/);
  });

  it('does not run Nix without packages at a pin of the catalog', async () => {
    const bin = join(empty(), 'bin');
    mkdirSync(bin);
    // Stands for Nix, to be seen when it is started: a real one leaves no trace.
    const script = `#!/bin/sh\necho "$0" >> ${folder}/started\nexit 1\n`;
    for (const name of ['nix-store', 'nix-instantiate']) writeFileSync(join(bin, name), script, { mode: 0o755 });
    const PATH = `${bin}${delimiter}${env.PATH}`;
    const started = () => readFileSync(join(folder, 'started'), 'utf8');
    assert.equal((await command(['hello', '--yes'], { cwd: empty(), env: { ...env, PATH } })).code, 0);
    assert.throws(started, { code: 'ENOENT' });
    assert.equal((await hello(empty(), 'requests', [], { PATH })).code, 0);
    assert.match(started(), /nix-store\n$/);
  });
});
