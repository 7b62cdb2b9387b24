import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { command, scratch } from '../commands/process.ts';
import { needs } from '../needs.ts';
import { nix } from '../nix-available.ts';
import { nixEnvironment } from '../download/trees.ts';
import { pack } from './tarball.ts';

describe('update with Nix', function () {
  this.timeout(60_000);
  const folder = scratch();

  before(needs('nix-instantiate'));

  it('asks about the new pin: sets attributes, warns of missing packages, and keeps the attributes of users', async () => {
    const env = nixEnvironment(mkdtempSync(join(folder, 'nix-'))) as Record<string, string>;
    const small = readFileSync(new URL('../../../test/nixpkgs/default.nix', import.meta.url), 'utf8');
    const renamed = small.replace(/^ *requests = .*\n/m, '');
    const [first, second] = [pack(folder), pack(folder, { 'default.nix': renamed })].map(
      file => pathToFileURL(file).href,
    );
    const made = await command(['hello', '--yes', `--nixpkgs=${first}`, '--python=3.11'], { cwd: folder, env });
    assert.equal(made.code, 0, made.stderr);
    const cwd = join(folder, 'hello');
    const file = join(cwd, 'pyproject.toml');
    const text = readFileSync(file, 'utf8').replace(
      '"gunicorn",',
      '"gunicorn",\n    "mine",\n    "requests",\n    "torch",',
    );
    writeFileSync(file, `${text}\n[tool.nixpkgs.attributes]\nmine = "redis" # ours\n`);

    const still = await command(['update'], { cwd, env });
    assert.equal(still.stderr.replace(/\nNext:.*/s, ''), 'Asking Nix for the packages\n');
    assert.match(readFileSync(file, 'utf8'), /^mine = "redis" # ours\ntorch = "pytorch"$/m);
    nix(env, 'nix-instantiate', '--eval', join(cwd, 'nix/python.nix'), '-A', 'runtime.drvPath');

    const { code, stderr } = await command(['update', `--nixpkgs=${second}`], { cwd, env });
    assert.equal(code, 0, stderr);
    assert.match(stderr, /^warning: packages: the pinned nixpkgs.* has no package requests for python311\. It is in/m);
    assert.equal(stderr.match(/^warning: /gm)?.length, 1, stderr);
    assert.ok(readFileSync(join(cwd, 'flake.nix'), 'utf8').includes(String(second)));
    assert.match(readFileSync(file, 'utf8'), /^mine = "redis" # ours\ntorch = "pytorch"$/m);
  });
});
