import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { needs } from '../needs.ts';
import { command, execute, main, scratch, treeOf } from './process.ts';
import { type Index, standInResolver, standInUv } from './resolver.ts';

describe('nix-python-container lock', () => {
  const folder = scratch();
  before(needs('python3'));
  let cwd: string;
  let env: Record<string, string>;
  let index: (packages: Index) => void;

  const run = (...args: string[]) => command(args, { cwd, env });
  const read = (path: string): string => readFileSync(join(cwd, path), 'utf8');
  const edit = (path: string, change: (text: string) => string): void =>
    writeFileSync(join(cwd, path), change(read(path)));

  before(() => ({ env, index } = standInResolver(join(folder, 'stand-ins'))));

  beforeEach(async () => {
    index({ redis: ['4.6', '5.2'] });
    const parent = mkdtempSync(join(folder, 'project-'));
    cwd = join(parent, 'shop');
    const args = ['shop', '--yes', '--packages-from=pypi', '--packages=redis'];
    const made = await command(args, { cwd: parent, env: { PATH: process.env.PATH ?? '' } });
    assert.equal(made.code, 0, made.stderr);
    assert.match(made.stderr, /Next:\n {2}cd shop\n {2}nix-python-container lock\n/);
  });

  it('writes both lock files, without secrets, and keeps what is locked', async () => {
    const first = await run('lock');
    assert.equal(first.code, 0, first.stderr);
    assert.equal(
      first.stdout,
      '+ flask 3.1\n+ gunicorn 23\n+ pytest 8\n+ redis 5.2\n  created  pylock.dev.toml, pylock.toml\n',
    );
    assert.match(read('pylock.toml'), /^environments = \["sys_platform == 'linux' and platform_machine == '\w+'"\]$/m);
    assert.match(
      read('pylock.toml'),
      /name = "redis"\nversion = "5\.2"\nwheels = \[\n.*"https:\/\/example\.org\/redis-5\.2-py3/,
    );
    assert.doesNotMatch(read('pylock.toml'), /pytest/);
    assert.match(read('pylock.dev.toml'), /name = "pytest"/);
    assert.doesNotMatch(Object.values(treeOf(cwd)).join(), /secret/);

    index({ redis: ['5.2', '6.0'], flask: ['3.1', '3.2'] });
    const again = await run('lock', '--json');
    assert.deepEqual(JSON.parse(again.stdout).changes, []);
    assert.deepEqual(
      JSON.parse(again.stdout).steps.filter(({ action }: { action: string }) => action !== 'identical'),
      [],
    );
    const one = await run('lock', '--upgrade', 'Redis', 'nothing');
    assert.match(one.stdout, /^~ redis 5\.2 → 6\.0\n {2}updated/);
    assert.match(one.stderr, /Not in the lock: nothing/);
    const before = treeOf(cwd);
    const dry = await run('lock', '--upgrade', '--dry-run');
    assert.match(dry.stdout, /^~ flask 3\.1 → 3\.2$/m);
    assert.deepEqual(treeOf(cwd), before);
  });

  it('is up to date with what add and remove list, all in one', async () => {
    index({ redis: ['5.2'], six: ['1.17'] });
    const added = await run('add', 'six', '--json');
    assert.equal(added.code, 0, added.stderr);
    const { locked, steps } = JSON.parse(added.stdout);
    assert.deepEqual(
      locked.map(({ name }: { name: string }) => name),
      ['flask', 'gunicorn', 'pytest', 'redis', 'six'],
    );
    assert.deepEqual(
      steps.map(({ path }: { path: string }) => path),
      ['pyproject.toml', 'pylock.dev.toml', 'pylock.toml'],
    );
    assert.match(read('pylock.toml'), /name = "six"/);
    const removed = await run('remove', 'six');
    assert.match(removed.stdout, /removed {2}six\n- six 1\.17\n/);
    assert.doesNotMatch(read('pylock.toml') + read('pyproject.toml'), /six/);
    const before = treeOf(cwd);
    for (const text of ['nowhere', 'redis==9']) {
      const { code, stderr } = await run('add', text);
      assert.equal(code, 1, stderr);
      assert.match(stderr, /^error: The index has no wheel of (nowhere|redis)==\S+ for Python 3\.13 on \S+: /m);
      assert.deepEqual(treeOf(cwd), before);
    }
    const policy = await run('add', 'six', '--pins', 'drop');
    assert.equal(policy.code, 2);
    assert.match(policy.stderr, /--pins is for packages from nixpkgs/);
  });

  it('holds to the versions of what nixpkgs builds, and leaves that out', async () => {
    edit(
      'pyproject.toml',
      text => `${text.replace('"redis"', '"redis",\n    "six"')}\n[tool.nixpkgs]\npackages = ["Six"]\n`,
    );
    index({ redis: ['5.2'], six: ['1.17', '2.0'] });
    assert.equal((await run('lock')).code, 0);
    assert.doesNotMatch(read('pylock.dev.toml'), /"six"/);
    edit('pyproject.toml', text => text.replace('"six"', '"six==2.0"'));
    const { code, stderr } = await run('lock');
    assert.equal(code, 1);
    assert.match(stderr, /no common solution:\n {2}pyproject\.toml requires six==2\.0\n {2}nixpkgs has six 1\.17, by/);
    edit('pyproject.toml', text => text.replace('["Six"]', '["Six", "nowhere"]'));
    assert.match((await run('lock')).stderr, /the pinned nixpkgs has no package nowhere/);
  });

  it('gives way where what is locked has no solution with what is listed', async () => {
    assert.equal((await run('lock')).code, 0);
    edit('pyproject.toml', text => text.replace('"redis"', '"redis==4.6"'));
    assert.match((await run('lock')).stdout, /^~ redis 5\.2 → 4\.6$/m);
    index({ redis: ['6.0'] });
    edit('pyproject.toml', text => text.replace('"redis==4.6"', '"redis"'));
    assert.match((await run('lock')).stdout, /^~ redis 4\.6 → 6\.0$/m);
  });

  it('warns of a version that was yanked, and of a nixpkgs without a resolver', async () => {
    index({ redis: ['6.66'] });
    const { stderr } = await run('lock');
    assert.match(stderr, /^warning: redis 6\.66 was yanked from the index\. Choose another version\.$/m);
    const old = await command(['old', '--yes', '--packages-from=pypi', '--nixpkgs=24.11'], { cwd: join(cwd, '..') });
    assert.match(old.stderr, /^warning: nixpkgs 24\.11 has no program that writes lock files\. It takes uv 0\.6\.15/m);
    const back = await run('update', '--nixpkgs=24.11', '--python=3.12', '--bazel=7', '--dry-run');
    assert.match(back.stderr, /^warning: nixpkgs 24\.11 has no program that writes lock files/m);
    const first = await command(['first', '--yes', '--packages-from=pypi', '--nixpkgs=25.05'], {
      cwd: join(cwd, '..'),
    });
    assert.doesNotMatch(first.stderr, /^warning/m);
    const ancient = ['--nixpkgs=22.05', '--python=3.7', '--packages-from=pypi'];
    const refused = await command(['ancient', '--yes', ...ancient], { cwd: join(cwd, '..') });
    assert.equal(refused.code, 2);
    assert.match(refused.stderr, /packages from PyPI need Python 3\.8 or later, not 3\.7/);
  });

  it('is written by the uv on PATH, with a wheel of the project and one by URL', async () => {
    const bin = join(cwd, '../uv');
    standInUv(bin);
    const lock = () => command(['lock'], { cwd, env: { ...env, PATH: `${bin}:${env.PATH}` } });
    mkdirSync(join(cwd, 'wheels'));
    writeFileSync(join(cwd, 'wheels/own-1.0-py3-none-any.whl'), 'wheel');
    const url = 'https://me:secret@example.org/six-1.17.0-py3-none-any.whl';
    edit('pyproject.toml', text => text.replace('"redis"', `"redis",\n    "own",\n    "six @ ${url}"`));
    const { code, stdout, stderr } = await lock();
    assert.equal(code, 0, stderr);
    assert.match(stderr, /^Resolving 6 requirements with uv$/m);
    assert.match(stdout, /^\+ own 1\.0$/m);
    const text = read('pylock.toml');
    assert.doesNotMatch(text, /^environments|secret|2024|tar\.gz/m);
    assert.match(text, /^requires-python = "==3\.13\.\*"$/m);
    assert.match(
      text,
      /name = "redis"\nversion = "1\.0"\nmarker = "sys_platform != 'win32'"\nwheels = \[\n.*size = 12/,
    );
    const sha256 = 'ba59926159d2aa256eb8739b8da7e2b574b960e1202c6d624cbe981cef996c91';
    assert.ok(
      text.includes(`path = "wheels/own-1.0-py3-none-any.whl", size = 12, hashes = { sha256 = "${sha256}" }`),
      text,
    );
    assert.match(text, /name = "six"\nversion = "1\.0"\n.*\nwheels = \[\n.*"https:\/\/example\.org\/six-1\.17\.0-py3/);

    const before = treeOf(cwd);
    for (const [name, says] of [
      ['sources', /^error: Only wheels can be locked, but sources 1\.0 would have to be built from sources\.$/m],
      ['torn', /Request failed after 3 retries: Failed to fetch: `https:\/\/example\.org\/simple\/torn\/`\.$/m],
    ] as const) {
      edit('pyproject.toml', all => all.replace('"own"', `"${name}"`));
      const refused = await lock();
      assert.equal(refused.code, 1, refused.stderr);
      assert.match(refused.stderr, says);
      edit('pyproject.toml', all => all.replace(`"${name}"`, '"own"'));
      assert.deepEqual(treeOf(cwd), before);
    }
  });

  for (const [what, args, code, says] of [
    ['names without --upgrade', ['lock', 'flask'], 2, /takes names only with --upgrade/],
    ['a policy for nixpkgs', ['new', '.', '--yes', '--pins=drop'], 2, /--pins is for packages from nixpkgs/],
    ['an unknown source of packages', ['update', '--packages-from=conda'], 2, /unknown source of packages "conda"/],
  ] as const) {
    it(`refuses ${what}`, async () => {
      const before = treeOf(cwd);
      const refused = await run(...args);
      assert.equal(refused.code, code, refused.stderr);
      assert.match(refused.stderr, says);
      assert.deepEqual(treeOf(cwd), before);
    });
  }

  it('says what it needs where there is no resolver, and no Nix', async () => {
    env = { ...env, PIP_VERSION: '25.0.1' };
    const old = await run('lock');
    assert.equal(old.code, 1);
    assert.match(
      old.stderr,
      /Neither the pinned nixpkgs nor this machine.*\n +It takes uv 0\.6\.15 or later on PATH, or a nixpkgs that has it/,
    );
    const { PIP_VERSION: _, ...rest } = env;
    env = rest;
    const without = await command(['lock'], { cwd, env: { PATH: '/nowhere' } });
    assert.equal(without.code, 1);
    assert.match(without.stderr, /nix-build is not on PATH.*\n +Install Nix/);
  });

  it('can be interrupted, and leaves nothing behind', async () => {
    edit('pyproject.toml', text => text.replace('"redis"', '"slow"'));
    const before = treeOf(cwd);
    const temporary = mkdtempSync(join(folder, 'temporary-'));
    const { code, stderr } = await execute(
      [process.execPath, main, 'lock'],
      { cwd, env: { ...env, TMPDIR: temporary } },
      child => {
        const started = setInterval(() => {
          if (!existsSync(join(cwd, 'slow'))) return;
          clearInterval(started);
          rmSync(join(cwd, 'slow'));
          child.kill('SIGINT');
        }, 20);
      },
    );
    assert.equal(code, 130, stderr);
    assert.match(stderr, /^Interrupted while resolving packages\.$/m);
    assert.deepEqual(readdirSync(temporary), []);
    assert.deepEqual(treeOf(cwd), before);
  });

  it('ends a resolver that prints nothing for too long, and says how it may take longer', async () => {
    edit('pyproject.toml', text => text.replace('"redis"', '"slow"'));
    const before = treeOf(cwd);
    const temporary = mkdtempSync(join(folder, 'temporary-'));
    const { code, stderr } = await command(['lock', '--max-silence', '2'], { cwd, env: { ...env, TMPDIR: temporary } });
    assert.equal(code, 1, stderr);
    assert.match(stderr, /^error: pip has printed nothing for 2 s, and was ended\.\n +Nothing was .*--max-silence 8$/m);
    assert.deepEqual(readdirSync(temporary), []);
    rmSync(join(cwd, 'slow'));
    assert.deepEqual(treeOf(cwd), before);
  });

  it('moves a project to the packages of nixpkgs, and back', async () => {
    assert.equal((await run('lock')).code, 0);
    const before = treeOf(cwd);
    const away = await run('update', '--packages-from=nixpkgs', '--force');
    assert.match(away.stderr, /pylock\.toml and pylock\.dev\.toml: no longer read/);
    assert.equal(treeOf(cwd)['nix/lock.nix'], undefined);
    const refused = await run('lock');
    assert.equal(refused.code, 2);
    assert.match(
      refused.stderr,
      /come from nixpkgs.*\n +To take them from PyPI: nix-python-container update --packages-from pypi/,
    );
    const back = await run('update', '--packages-from=pypi', '--force');
    assert.match(back.stderr, /Next:\n {2}nix-python-container lock\n/);
    const { '.nix-python-container.undo': _, ...after } = treeOf(cwd);
    assert.deepEqual(after, before);
  });

  it('is checked by doctor', async () => {
    const findings = async (): Promise<readonly string[]> =>
      JSON.parse((await run('doctor', '--json')).stdout)
        .checks.filter(({ name }: { name: string }) => name === 'lock-files')
        .map(({ state, message }: { state: string; message: string }) => `${state}: ${message}`);
    assert.deepEqual(await findings(), [
      'failed: pylock.toml and pylock.dev.toml cannot be read: the packages are not locked',
    ]);
    assert.equal((await run('lock')).code, 0);
    assert.deepEqual(await findings(), [
      'ok: The lock files hold all packages of pyproject.toml: 4 with what they need',
    ]);
    edit('pyproject.toml', text => text.replace('"redis"', '"redis>=9"'));
    assert.deepEqual(await findings(), [
      'failed: pylock.toml has redis 5.2, not redis>=9',
      'failed: pylock.dev.toml has redis 5.2, not redis>=9',
    ]);
  });

  it('adds the lock files to a new repository', async () => {
    const parent = mkdtempSync(join(folder, 'git-'));
    const made = await command(['shop', '--yes', '--git', '--packages-from=pypi', '--packages=redis'], {
      cwd: parent,
      env,
    });
    assert.equal(made.code, 0, made.stderr);
    assert.match(made.stderr, /Locked 4 packages in pylock\.toml and pylock\.dev\.toml/);
    assert.doesNotMatch(made.stderr, /nix-python-container lock/);
    const listed = await execute(['git', 'ls-files'], { cwd: join(parent, 'shop') });
    assert.match(listed.stdout, /^pylock\.dev\.toml\npylock\.toml$/m);
  });
});
