import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { assessBazelOnPath, checkBazelOnPath } from '../../src/doctor/bazel-on-path.ts';
import { runChecks } from '../../src/doctor/run-checks.ts';
import { machineChecks } from '../../src/doctor/checks.ts';
import { assessEngine, assessSpace } from '../../src/doctor/disk-and-engine.ts';
import { scratch } from '../commands/process.ts';
import { needs } from '../needs.ts';
import { nixEnvironment } from '../nix-available.ts';

const { signal } = new AbortController();

describe('the checks of a machine before a build', () => {
  const folder = scratch();

  /** A PATH with these programs only, each a line of shell. */
  function path(programs: Readonly<Record<string, string>>): string {
    const bin = mkdtempSync(join(folder, 'bin-'));
    for (const [program, line] of Object.entries(programs)) {
      writeFileSync(join(bin, program), `#!/bin/sh\n${line}\n`, { mode: 0o755 });
    }
    return bin;
  }

  /** The results of the checks before a build, without that of the disk: how full it is depends on the machine. */
  const resultsIn = async (environment: Record<string, string | undefined>) =>
    (
      await runChecks(
        machineChecks.filter(({ beforeBuild }) => beforeBuild),
        { folder, signal, environment },
      )
    ).filter(({ name }) => name !== 'disk');

  it('skip what depends on Nix where Nix is not installed', async () => {
    const found = await resultsIn({ PATH: path({ docker: 'echo Server Version: 28.2.2' }) });
    assert.deepEqual(
      found.map(({ state, message }) => [state, message]),
      [
        ['failed', 'Nix is not installed'],
        ['ok', 'Docker 28.2.2 can run the image'],
      ],
    );
    assert.match(found[0]?.fix ?? '', /nixos\.org\/nix\/install/);
  });

  it('warn without a container engine, as a build needs none', async () => {
    const engine = async (programs: Readonly<Record<string, string>>) => {
      const [, found] = await resultsIn({ PATH: path(programs) });
      return found;
    };
    assert.deepEqual(await engine({}), {
      ...{
        name: 'engine',
        state: 'warning',
        message: 'Neither Docker nor Podman is installed, so the image cannot be run',
      },
      fix: 'sudo apt-get install podman',
    });
    const refused = 'echo "permission denied while trying to connect to the Docker daemon socket" >&2; exit 1';
    const one = await engine({ docker: refused, podman: 'exit 0' });
    assert.equal(one?.state, 'warning');
    assert.match(one?.message ?? '', /^Docker is installed, but cannot run the image: permission denied while/);
    assert.match(one?.fix ?? '', /usermod -aG docker/);
    const two = await engine({ docker: 'echo "ERROR: Cannot connect to the Docker daemon" >&2; exit 1' });
    assert.match(two?.message ?? '', /: Cannot connect to the Docker daemon$/);
    assert.equal(two?.fix, process.platform === 'darwin' ? 'open -a Docker' : 'sudo systemctl start docker');
    assert.equal((await engine({ podman: 'echo "  Version: 4.3.1"' }))?.message, 'Podman 4.3.1 can run the image');
    assert.equal(assessEngine('podman', { fault: 'failed', stdout: '', message: 'no' }, 'linux').fix, 'podman info');
  });

  it('measure free space in GiB', () => {
    assert.equal(
      assessSpace(4 * 2 ** 30, ['/a', '/nix/store']).message,
      '4.0 GiB free on the disk of /a and /nix/store',
    );
    const { state, message, fix } = assessSpace(3.5 * 2 ** 30, ['/a']);
    assert.deepEqual(
      [state, message, fix],
      ['warning', '3.5 GiB free on the disk of /a: a first build needs 4 GiB', 'nix-collect-garbage'],
    );
  });

  describe('with Nix', () => {
    before(needs('nix-instantiate'));
    const nix = (bin: string) => {
      for (const program of ['nix-shell', 'nix-instantiate']) symlinkSync(`/usr/bin/${program}`, join(bin, program));
      return bin;
    };

    it('find nothing wrong', async () => {
      const environment = { ...nixEnvironment(join(folder, 'nix')), PATH: nix(path({ podman: '' })) };
      assert.deepEqual(
        (await resultsIn(environment)).map(({ name, state }) => [name, state]),
        [
          ['nix', 'ok'],
          ['store', 'ok'],
          ['engine', 'ok'],
        ],
      );
    });

    it('fail without a usable store, with the error message of Nix', async () => {
      const environment = { ...nixEnvironment(join(folder, 'lost')), PATH: nix(path({ podman: '' })) };
      const found = await resultsIn({ ...environment, NIX_REMOTE: 'unix:///nowhere/socket' });
      const store = found.find(({ name }) => name === 'store');
      assert.equal(store?.state, 'failed');
      assert.match(store?.message ?? '', /^Nix cannot use its store: .*nowhere/);
      assert.equal(store?.fix, 'sudo systemctl start nix-daemon');
    });

    it("say that the store is another user's, whom only a daemon could serve", async () => {
      const said = "error: could not set permissions on '/nix/var' to 755: Operation not permitted";
      const bin = path({ 'nix-shell': 'exit 0', 'nix-instantiate': `echo "${said}" >&2; exit 1` });
      const [finding] = (await resultsIn({ PATH: bin })).filter(({ name }) => name === 'store');
      assert.match(finding?.message ?? '', /^Nix cannot use its store, which is another user's: could not set/);
      assert.match(finding?.fix ?? '', /sh -s -- --daemon$/);
    });
  });

  describe('of a Bazel on PATH', () => {
    const at = (version: string) => ({ file: '/bin/bazel', result: { stdout: version } });
    const wants = (bazel: string) => ({ bazel, texts: new Map() }) as never;

    it('accept none and the version of the shell, and warn of others', () => {
      assert.equal(assessBazelOnPath(undefined, wants('8')).state, 'ok');
      assert.equal(
        assessBazelOnPath(at('bazel 8.4.1\n'), wants('8')).message,
        "/bin/bazel is Bazel 8.4.1, as in the project's shell",
      );
      assert.equal(assessBazelOnPath(at('bazel 7.6.0- (@non-git)\n'), wants('8')).state, 'warning');
      assert.match(assessBazelOnPath(at('bazel no_version\n'), wants('8')).message, /did not report its version, but/);
      assert.equal(assessBazelOnPath(at('bazel no_version\n'), undefined).state, 'ok');
    });

    it('run no program of the project, and take its version from it', async () => {
      const project = mkdtempSync(join(folder, 'project-'));
      mkdirSync(join(project, 'tools'));
      const ran = join(project, 'ran');
      writeFileSync(join(project, 'tools/bazel'), `#!/bin/sh\ntouch ${ran}\n`, { mode: 0o755 });
      // As the launchers of Bazel do it.
      const bin = path({ bazel: '[ ! -x tools/bazel ] || exec tools/bazel; echo bazel "${USE_BAZEL_VERSION:-7.0.0}"' });
      for (const [asked, version] of [
        ['8.4.1\n', '8.4.1'],
        [`${project}/tools/bazel`, '7.0.0'],
      ] as const) {
        const facts = { bazel: '8', texts: new Map([['.bazelversion', asked]]) } as never;
        const found = await checkBazelOnPath({ environment: { PATH: bin }, folder: project, signal }, facts);
        assert.ok(found.message.startsWith(`${bin}/bazel is Bazel ${version}`), found.message);
      }
      assert.ok(!existsSync(ran));
    });

    it('download nothing', async () => {
      const bin = path({ bazelisk: '[ "$https_proxy" = http://127.0.0.1:9 ] && echo bazel 8.4.1' });
      const found = await checkBazelOnPath({ environment: { PATH: bin }, folder, signal }, wants('8'));
      assert.equal(found.message, `${bin}/bazelisk is Bazel 8.4.1, as in the project's shell`);
    });
  });
});
