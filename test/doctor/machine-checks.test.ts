import assert from 'node:assert/strict';
import { mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { judgeOnPath, lookOnPath } from '../../src/doctor/bazel-on-path.ts';
import { runChecks } from '../../src/doctor/run-checks.ts';
import { judgeEngine, judgeSpace, machineChecks } from '../../src/doctor/machine-checks.ts';
import { scratch } from '../commands/process.ts';
import { needs } from '../needs.ts';
import { nixEnvironment } from '../nix-available.ts';

const { signal } = new AbortController();

describe('what a build asks of a machine', () => {
  const folder = scratch();

  /** A PATH with these programs only, each a line of the shell. */
  function path(programs: Readonly<Record<string, string>>): string {
    const bin = mkdtempSync(join(folder, 'bin-'));
    for (const [program, line] of Object.entries(programs)) {
      writeFileSync(join(bin, program), `#!/bin/sh\n${line}\n`, { mode: 0o755 });
    }
    return bin;
  }

  /** What a build asks for, less the disk: how full it is, is not ours. */
  const asked = async (environment: Record<string, string | undefined>) =>
    (
      await runChecks(
        machineChecks.filter(({ build }) => build),
        { folder, signal, environment },
      )
    ).filter(({ name }) => name !== 'disk');

  it('is Nix, and nothing that hangs on it, where Nix is not installed', async () => {
    const found = await asked({ PATH: path({ docker: 'echo Server Version: 28.2.2' }) });
    assert.deepEqual(
      found.map(({ state, message }) => [state, message]),
      [
        ['failed', 'Nix is not installed'],
        ['ok', 'Docker 28.2.2 answers, to run the image'],
      ],
    );
    assert.match(found[0]?.fix ?? '', /nixos\.org\/nix\/install/);
  });

  it('is no container engine, but it is told what becomes of that', async () => {
    const engine = async (programs: Readonly<Record<string, string>>) => {
      const [, found] = await asked({ PATH: path(programs) });
      return found;
    };
    assert.deepEqual(await engine({}), {
      ...{ name: 'engine', state: 'warning', message: 'There is neither Docker nor Podman to run the image' },
      fix: 'sudo apt-get install podman',
    });
    const refused = 'echo "permission denied while trying to connect to the Docker daemon socket" >&2; exit 1';
    const one = await engine({ docker: refused, podman: 'exit 0' });
    assert.equal(one?.state, 'warning');
    assert.match(one?.message ?? '', /^Docker is there to run the image, but does not answer: permission denied while/);
    assert.match(one?.fix ?? '', /usermod -aG docker/);
    const two = await engine({ docker: 'echo "ERROR: Cannot connect to the Docker daemon" >&2; exit 1' });
    assert.match(two?.message ?? '', /: Cannot connect to the Docker daemon$/);
    assert.equal(two?.fix, process.platform === 'darwin' ? 'open -a Docker' : 'sudo systemctl start docker');
    assert.equal(
      (await engine({ podman: 'echo "  Version: 4.3.1"' }))?.message,
      'Podman 4.3.1 answers, to run the image',
    );
    assert.equal(judgeEngine('podman', { fault: 'no' }, 'linux').fix, 'podman info');
  });

  it('is free space, in GiB', () => {
    assert.equal(
      judgeSpace(4 * 2 ** 30, ['/a', '/nix/store']).message,
      '4.0 GiB left on the disk of /a and /nix/store',
    );
    const { state, message, fix } = judgeSpace(3.5 * 2 ** 30, ['/a']);
    assert.deepEqual(
      [state, message, fix],
      ['warning', 'There are 3.5 GiB left on the disk of /a: a first build needs 4 GiB', 'nix-collect-garbage'],
    );
  });

  describe('with Nix', () => {
    before(needs('nix-instantiate'));
    const nix = (bin: string) => {
      for (const program of ['nix-shell', 'nix-instantiate']) symlinkSync(`/usr/bin/${program}`, join(bin, program));
      return bin;
    };

    it('is nothing more', async () => {
      const environment = { ...nixEnvironment(join(folder, 'nix')), PATH: nix(path({ podman: '' })) };
      assert.deepEqual(
        (await asked(environment)).map(({ name, state }) => [name, state]),
        [
          ['nix', 'ok'],
          ['store', 'ok'],
          ['engine', 'ok'],
        ],
      );
    });

    it('is a store that can be used, told in the words of Nix', async () => {
      const environment = { ...nixEnvironment(join(folder, 'lost')), PATH: nix(path({ podman: '' })) };
      const found = await asked({ ...environment, NIX_REMOTE: 'unix:///nowhere/socket' });
      const store = found.find(({ name }) => name === 'store');
      assert.equal(store?.state, 'failed');
      assert.match(store?.message ?? '', /^Nix cannot use its store: .*nowhere/);
      assert.equal(store?.fix, 'sudo systemctl start nix-daemon');
    });
  });

  describe('and of a Bazel on PATH', () => {
    const at = (version: string) => ({ file: '/bin/bazel', answer: { output: version, talk: '' } });
    const wants = (bazel: string) => ({ bazel, texts: new Map() }) as never;

    it('is none, or the same as in the shell, or a warning', () => {
      assert.equal(judgeOnPath(undefined, wants('8')).state, 'ok');
      assert.equal(
        judgeOnPath(at('bazel 8.4.1\n'), wants('8')).message,
        "/bin/bazel is Bazel 8.4.1, as in the project's shell",
      );
      assert.equal(judgeOnPath(at('bazel 7.6.0- (@non-git)\n'), wants('8')).state, 'warning');
      assert.match(judgeOnPath(at('bazel no_version\n'), wants('8')).message, /does not say which Bazel it is, and/);
      assert.equal(judgeOnPath(at('bazel no_version\n'), undefined).state, 'ok');
    });

    it('downloads nothing to say which it is', async () => {
      const bin = path({ bazelisk: '[ "$https_proxy" = http://127.0.0.1:9 ] && echo bazel 8.4.1' });
      const found = await lookOnPath({ environment: { PATH: bin }, folder, signal }, wants('8'));
      assert.equal(found.message, `${bin}/bazelisk is Bazel 8.4.1, as in the project's shell`);
    });
  });
});
