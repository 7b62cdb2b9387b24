import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { machineChecks, projectChecks } from '../../src/doctor/checks.ts';
import { newOwnerId } from '../../src/fs/lock.ts';
import { needs } from '../needs.ts';
import { nixEnvironment } from '../nix-available.ts';
import { pack } from '../nix/tarball.ts';
import { command, scratch, treeOf } from './process.ts';
import { project as projectIn } from './projects.ts';

interface Told {
  readonly target?: string;
  readonly checks: readonly { name: string; state: string; message: string; fix?: string }[];
  readonly counts: { ok: number; warning: number; failed: number };
}

describe('nix-python-container doctor', function () {
  this.timeout(60_000);
  const folder = scratch();

  const project = (...flags: string[]): Promise<string> => projectIn(folder, ...flags);

  /** Its results for a project, on a machine with git and nothing else. */
  async function examined(cwd: string, ...words: string[]): Promise<Told> {
    const bin = mkdtempSync(join(folder, 'bin-'));
    for (const name of ['git', 'sh'])
      execFileSync('ln', ['-s', execFileSync('which', [name], { encoding: 'utf8' }).trim(), bin]);
    const { code, stdout } = await command(['doctor', '--json', ...words], { cwd, env: { PATH: bin } });
    const results = JSON.parse(stdout) as Told;
    assert.equal(code, results.counts.failed > 0 ? 1 : 0);
    return results;
  }
  const of = ({ checks }: Told, name: string) => checks.filter(check => check.name === name);

  it('reports only the missing Nix for a new project', async () => {
    const cwd = await project('--packages', 'requests', '--ci', 'github');
    await command(['service', 'worker'], { cwd });
    const before = treeOf(cwd);
    const results = await examined(cwd);
    assert.equal(results.target, cwd);
    assert.deepEqual(
      results.checks.filter(({ state }) => state === 'failed').map(({ name, message }) => [name, message]),
      [['nix', 'Nix is not installed']],
    );
    for (const name of ['answers', 'files', 'markers', 'journal', 'git', 'bazelrc', 'lock', 'flake', 'packages']) {
      assert.deepEqual(
        of(results, name).map(({ state }) => state),
        ['ok'],
        name,
      );
    }
    assert.deepEqual(treeOf(cwd), before);
    assert.equal(results.counts.ok + results.counts.warning + results.counts.failed, results.checks.length);
  });

  it('prints one line for each result, with the fix below it', async () => {
    const cwd = await project();
    const { code, stdout, stderr } = await command(['doctor', 'hello'], {
      cwd: dirname(cwd),
      env: { PATH: '/nowhere' },
    });
    assert.equal(code, 1);
    assert.equal(stderr, '');
    assert.match(stdout, /^Machine\n failed {2}Nix is not installed\n {9}fix: curl /);
    assert.match(stdout, new RegExp(`^Project ${cwd}\n {5}ok {2}`, 'm'));
    assert.match(stdout, /^\d+ ok, \d+ warnings?, 1 failed\n$/m);
  });

  it('checks only the machine outside of a project, and refuses a folder that is not a project', async () => {
    const cwd = mkdtempSync(join(folder, 'e-'));
    const { code, stdout } = await command(['doctor'], { cwd, env: { PATH: '/nowhere' } });
    assert.equal(code, 1);
    assert.match(
      stdout,
      /^No project in this folder or above \(check another one: nix-python-container doctor FOLDER\)$/m,
    );
    assert.equal((await command(['doctor', '.'], { cwd })).code, 2);
  });

  const edit =
    (path: string, from: string | RegExp, to: string) =>
    (cwd: string): void => {
      const text = readFileSync(join(cwd, path), 'utf8');
      assert.notEqual(text.replace(from, to), text);
      writeFileSync(join(cwd, path), text.replace(from, to));
    };

  const cases = [
    [
      'a .bazelrc without a line',
      edit('.bazelrc', /^build --incomp.*\n/m, ''),
      'bazelrc',
      'warning',
      /lacks build --incompatible_strict_action_env/,
      /^echo '/,
    ],
    [
      'a .bazelrc that lets Bazel look for a compiler',
      edit('.bazelrc', /^.*CC=true\n/m, ''),
      'bazelrc',
      'failed',
      /lacks common --repo_env=CC=true/,
      />> \.bazelrc$/,
    ],
    [
      'a Python that was moved',
      edit('pyproject.toml', '==3.13.*', '==3.12.*'),
      'answers',
      'warning',
      /has Python 3\.12, but \.yo-rc\.json has 3\.13/,
      /^nix-python-container update$/,
    ],
    [
      'a range of Pythons',
      edit('pyproject.toml', '==3.13.*', '>=3.11'),
      'answers',
      'failed',
      /requires-python must name one Python, as in "==3\.13\.\*"/,
      /EDITOR.*pyproject\.toml/,
    ],
    [
      'a Bazel of the other dialect',
      edit('shell.nix', 'bazel_8', 'bazel_6'),
      'files',
      'failed',
      /Bazel 6 needs WORKSPACE, which is missing/,
      /bazel 6/,
    ],
    [
      'a Bazel that the release lacks',
      edit('shell.nix', 'bazel_8', 'bazel_4'),
      'bazel',
      'failed',
      /nixpkgs 26\.05 has no Bazel 4/,
      /update --bazel 8$/,
    ],
    [
      'a package that no nixpkgs has',
      edit('pyproject.toml', '"gunicorn"', '"gunicorn", "enum34"'),
      'packages',
      'failed',
      /enum34/,
      /remove enum34/,
    ],
    [
      'a list that is no TOML',
      edit('pyproject.toml', '[project]', '[project'),
      'packages',
      'failed',
      /pyproject\.toml/,
      /EDITOR.*pyproject\.toml/,
    ],
    [
      'conflict markers',
      edit('BUILD.bazel', /^/, '<<<<<<< yours\n=======\n>>>>>>> generated\n'),
      'markers',
      'failed',
      /BUILD\.bazel:1/,
      /EDITOR.* BUILD\.bazel/,
    ],
    [
      'a flake.nix with another nixpkgs than flake.lock',
      edit('flake.nix', 'nixos-26.05', 'nixos-25.11'),
      'flake',
      'warning',
      /nixos-25\.11/,
      /./,
    ],
    [
      'a flake.lock without nixpkgs',
      edit('flake.lock', '"nixpkgs": "nixpkgs"', '"other": "nixpkgs"'),
      'lock',
      'failed',
      /has no nixpkgs/,
      /update --nixpkgs \d\d\.\d\d/,
    ],
    [
      'a missing flake.lock',
      (cwd: string) => rmSync(join(cwd, 'flake.lock')),
      'lock',
      'failed',
      /flake\.lock, which pins nixpkgs, is missing/,
      /./,
    ],
    [
      'a .yo-rc.json that is not JSON',
      edit('.yo-rc.json', '{', ''),
      'answers',
      'failed',
      /is not JSON/,
      /EDITOR.*\.yo-rc\.json/,
    ],
    [
      'a missing file that Nix needs',
      (cwd: string) => rmSync(join(cwd, 'nix/python.nix')),
      'files',
      'failed',
      /nix\/python\.nix cannot be read/,
      /./,
    ],
    [
      'the journal of a killed run',
      (cwd: string) => mkdirSync(join(cwd, '.nix-python-container')),
      'journal',
      'warning',
      /A run was interrupted here/,
      /./,
    ],
    [
      'a file that was not added to git',
      (cwd: string) => {
        execFileSync('git', ['-C', cwd, 'init', '--quiet']);
        execFileSync('git', ['-C', cwd, 'add', '--all']);
        execFileSync('git', ['-C', cwd, 'rm', '--quiet', '--cached', 'nix/image.nix']);
      },
      'git',
      'warning',
      /git does not track nix\/image\.nix/,
      /^git add nix\/image\.nix$/,
    ],
  ] as const;

  /** Checks that are tried with something else than a change of a file, by the file that does it. */
  const elsewhere = {
    'doctor/machine-checks': ['nix', 'store', 'disk', 'engine', 'bazel-on-path'],
    'doctor/nix-installation': ['daemon', 'flakes', 'sandbox', 'caches'],
    'doctor/project-checks': ['release', 'python', 'bazel-version'],
    'commands/monorepo': ['pipelines'],
    'commands/lock': ['lock-files'],
    'commands/doctor': ['nix-version'],
  };

  it('has no check that nothing makes say anything', () => {
    const tried = new Set<string>([...cases.map(([, , name]) => name), ...Object.values(elsewhere).flat()]);
    const all = [...machineChecks, ...projectChecks].map(({ name }) => name);
    assert.deepEqual([...tried].sort(), [...all].sort());
  });

  for (const [what, change, name, state, says, fix] of cases) {
    it(`reports ${what}`, async () => {
      const cwd = await project('--nixpkgs=26.05', '--python=3.13', '--bazel=8');
      change(cwd);
      const before = treeOf(cwd);
      const results = await examined(cwd, '.');
      const found = of(results, name).find(result => result.state !== 'ok');
      assert.equal(found?.state, state, JSON.stringify(of(results, name)));
      assert.match(found?.message ?? '', says);
      assert.match(found?.fix ?? '', fix);
      assert.deepEqual(treeOf(cwd), before);
    });
  }

  it('recognises a run that is still working', async () => {
    const cwd = await project();
    const journal = join(cwd, '.nix-python-container');
    mkdirSync(journal);
    symlinkSync(await newOwnerId(), join(journal, 'owner.1'));
    const [found] = of(await examined(cwd), 'journal');
    assert.equal(found?.state, 'warning');
    assert.match(found?.message ?? '', new RegExp(`Another run is in progress here \\(process ${process.pid}\\)`));
  });

  describe('with Nix', () => {
    before(needs('nix-instantiate'));

    it('fails for a package that the pin lacks, and for a range that excludes its version', async () => {
      const env = nixEnvironment(mkdtempSync(join(folder, 'nix-'))) as Record<string, string>;
      const url = pathToFileURL(pack(folder)).href;
      const cwd = await project('--nixpkgs', url, '--python=3.11', '--packages=requests');
      const packages = async (): Promise<Told['checks']> =>
        of(JSON.parse((await command(['doctor', '--json'], { cwd, env })).stdout) as Told, 'packages');
      assert.deepEqual(
        (await packages()).map(({ state, message }) => [state, message]),
        [['ok', 'The pinned nixpkgs has all 4 packages of pyproject.toml']],
      );
      edit('pyproject.toml', '"requests"', '"left-pad", "redis>=5"')(cwd);
      assert.deepEqual(
        (await packages()).map(({ state, fix }) => [state, fix]),
        [
          ['failed', 'nix-python-container remove left-pad'],
          ['failed', "nix-python-container add 'redis>=4.3.4'"],
        ],
      );
    });

    it('fails if Nix is too old for the pinned nixpkgs, and reports it once', async () => {
      const env = nixEnvironment(mkdtempSync(join(folder, 'nix-'))) as Record<string, string>;
      const url = pathToFileURL(pack(folder, { 'lib/minver.nix': '"99.1"\n' })).href;
      const cwd = await project('--nixpkgs', url, '--python=3.11', '--packages=requests');
      const { code, stdout } = await command(['doctor', '--json'], { cwd, env });
      assert.equal(code, 1);
      const { checks } = JSON.parse(stdout) as Told;
      const about = checks.filter(({ message }) => message.includes('is too old'));
      assert.deepEqual(
        about.map(({ name, state }) => [name, state]),
        [['nix-version', 'failed']],
      );
      assert.match(
        about[0]?.message ?? '',
        /^Nix \d\S+ is too old for the pinned nixpkgs, which needs Nix 99\.1 or later$/,
      );
      assert.match(about[0]?.fix ?? '', /nixos\.org\/nix\/install/);
      assert.match(checks.find(({ name }) => name === 'packages')?.message ?? '', /according to the built-in catalog/);
    });
  });

  it('reports ends of life, and one command that fixes them', async () => {
    const results = await examined(await project('--nixpkgs=23.11', '--python=3.9', '--bazel=6'));
    const [release] = of(results, 'release');
    assert.equal(release?.state, 'warning');
    assert.match(release?.message ?? '', /nixpkgs 23\.11 has been out of support since 2024-06-30/);
    assert.match(release?.fix ?? '', /^nix-python-container update --nixpkgs [\d.]+ --python [\d.]+ --bazel \d+$/);
    assert.match(of(results, 'python')[0]?.message ?? '', /Python 3\.9 has been out of support since 2025-10/);
    assert.match(of(results, 'bazel')[0]?.message ?? '', /Bazel 6 has been out of support since/);
  });
});
