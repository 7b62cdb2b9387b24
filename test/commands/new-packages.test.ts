import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { command, scratch, treeOf } from './process.ts';

describe('nix-python-container new, with packages and lists of them', () => {
  const folder = scratch();
  const empty = () => mkdtempSync(join(folder, 'd-'));
  const read = (...path: string[]) => readFileSync(join(...path), 'utf8');

  it('reads a requirements file, and lists what it leaves out', async () => {
    const cwd = empty();
    mkdirSync(join(cwd, 'more'));
    writeFileSync(join(cwd, 'requirements.txt'), '-r more/base.txt\nRequests[socks]>=2,<3 # http\n-e ./local\n');
    writeFileSync(join(cwd, 'more/base.txt'), 'redis; python_version < "3"\nscikit-image\nFlask~=3.0\n');
    const args = ['hello', '--yes', '--nixpkgs', '22.05', '--requirements', 'requirements.txt'];
    const { code, stderr } = await command(args, { cwd });
    assert.equal(code, 0, stderr);
    assert.match(stderr, /requirements\.txt:3: left out "-e \.\/local"/);
    assert.match(stderr, /more\/base\.txt:1: left out "redis; python_version < "3""/);
    const pyproject = read(cwd, 'hello/pyproject.toml');
    assert.match(pyproject, /"flask~=3\.0",\n {4}"gunicorn",\n {4}"requests\[socks\]>=2,<3",\n {4}"scikit-image",/);
    assert.match(pyproject, /\[tool\.nixpkgs\.attributes\]\nscikit-image = "scikitimage"/);
  });

  it('puts the development packages of a Poetry project into the dev group, by the same policy', async () => {
    const cwd = empty();
    writeFileSync(
      join(cwd, 'pyproject.toml'),
      '[tool.poetry.dependencies]\npython = "^3.10"\nflask = "^2.3"\nrequests = "*"\n' +
        '[tool.poetry.group.dev.dependencies]\npytest = "^7.0"\nblack = "^23.0"\nrequests = "*"\n' +
        '[tool.poetry.group.docs.dependencies]\nsphinx = "*"\n',
    );
    const args = ['hello', '--yes', '--requirements', 'pyproject.toml'];
    const refused = await command(args, { cwd });
    assert.equal(refused.code, 2);
    assert.match(refused.stderr, /^error: 3 of 4 packages are not in nixpkgs of July 2026 as they are required:$/m);
    const { code, stdout, stderr } = await command([...args, '--pins', 'drop'], { cwd });
    assert.equal(code, 0, stderr);
    assert.match(stdout, /relax {2}black>=23\.0,<24 → black/);
    assert.match(stderr, /optional groups are left out: docs \(sphinx\)/);
    const pyproject = read(cwd, 'hello/pyproject.toml');
    assert.match(pyproject, /dependencies = \[\n {4}"flask",\n {4}"gunicorn",\n {4}"requests",\n\]/);
    assert.match(pyproject, /dev = \["pytest", "black"\]/);
    const grouped = ['other', '--yes', '--requirements', 'pyproject.toml[docs]', '--pins', 'drop'];
    assert.equal((await command(grouped, { cwd })).code, 0);
    assert.match(read(cwd, 'other/pyproject.toml'), /^ {4}"sphinx",$/m);
  });

  it('refuses packages that nixpkgs does not have as required, all at once, and obeys --pins and --skip-missing', async () => {
    const cwd = empty();
    const args = ['hello', '--yes', '--packages', 'reqests,redis==4.5.1,psycopg[binary],requests'];
    const refused = await command(args, { cwd });
    assert.equal(refused.code, 2);
    assert.match(refused.stderr, /^error: 3 of 4 packages are not in nixpkgs of July 2026 as they are required:$/m);
    assert.match(refused.stderr, /^ {2}reqests +not there; did you mean requests\?$/m);
    assert.match(refused.stderr, /^ {2}redis==4\.5\.1 +7\.4\.0$/m);
    assert.match(refused.stderr, /^ {2}psycopg\[binary\] +3\.3\.4, without the extra binary\.?$/m);
    assert.match(refused.stderr, /--pins compatible, minimum or drop/);
    assert.deepEqual(treeOf(cwd), {});
    const { error } = JSON.parse((await command([...args, '--json'], { cwd })).stdout);
    assert.deepEqual(
      error.faults.map(({ name, kind, version }: Record<string, string>) => [name, kind, version]),
      [
        ['reqests', 'missing', undefined],
        ['redis', 'version', '7.4.0'],
        ['psycopg', 'extra', '3.3.4'],
      ],
    );
    assert.equal((await command([...args, '--pins', 'minimum'], { cwd })).code, 2, 'two are still to be settled');
    const { code, stdout } = await command([...args, '--pins', 'minimum', '--skip-missing', '--json'], { cwd });
    assert.equal(code, 0);
    const { answers, adjustments } = JSON.parse(stdout);
    assert.deepEqual(answers.packages, ['redis>=4.5.1', 'psycopg', 'requests']);
    assert.deepEqual(
      adjustments.map(({ from, to }: { from: string; to?: string }) => [from, to]),
      [
        ['reqests', undefined],
        ['redis==4.5.1', 'redis>=4.5.1'],
        ['psycopg[binary]', 'psycopg'],
      ],
    );
    const kept = await command(['kept', ...args.slice(1), '--pins', 'keep'], { cwd });
    assert.equal(kept.code, 0);
    assert.match(
      kept.stderr,
      /^warning: packages: nixpkgs of July 2026 has redis 7\.4\.0, which "redis==4\.5\.1" does not/m,
    );
  });
});
