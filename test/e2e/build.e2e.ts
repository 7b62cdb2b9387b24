import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Built } from '../../src/bazel/build.ts';
import { type Ended, execute, main } from '../commands/process.ts';
import { endAll, key, Terminal } from '../terminal/terminal.ts';
import { checkDocument } from '../output-schema.ts';
import { type CommandSetup, setUpCommand } from './command.ts';
import { appendToLog, hosts, hasWorkspace, real, work } from './host.ts';
import { doubles, flagsFor } from './project.ts';

/** Command lines of the processes that run the project's test, wherever Bazel has started them. */
const runningTests = (): string[] =>
  readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .flatMap(pid => {
      try {
        // Not those of another run on this machine.
        if (!readFileSync(`/proc/${pid}/environ`, 'utf8').includes(work)) return [];
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
      } catch {
        return [];
      }
    })
    .filter(line => /^\S*python3\S* .*hello_test\.py/.test(line));

/** Waits for a condition, and fails with its description after two minutes. */
async function until(what: string, holds: () => boolean): Promise<void> {
  for (let attempt = 0; attempt < 1200; attempt++) {
    if (holds()) return;
    await new Promise(resolve => setTimeout(resolve, 100));
  }
  assert.fail(`waited for ${what}`);
}

for (const host of hosts) {
  describe(`The command builds, Bazel ${host.bazel}`, () => {
    let setup: CommandSetup;
    let folder: string;

    before('generate and build in one go', async () => {
      setup = setUpCommand(host);
      folder = join(setup.folder, 'hello');
      mkdirSync(folder);
      writeFileSync(join(folder, 'user.bazelrc'), doubles(host));
    });

    after('stop Bazel', async () => {
      endAll();
      await inShell('bazel shutdown');
    });

    /** Runs the command as a script would. */
    async function command(args: string[], env = setup.env, meanwhile?: Parameters<typeof execute>[2]): Promise<Ended> {
      const ended = await execute([process.execPath, main, ...args], { cwd: setup.folder, env }, meanwhile);
      appendToLog(host, `$ nix-python-container ${args.join(' ')}\n${ended.stdout}${ended.stderr}`);
      return ended;
    }

    const inShell = (line: string): Promise<Ended> =>
      execute(['/usr/bin/env', 'nix-shell', '--run', line], { cwd: folder, env: setup.env });

    const read = (file: string): string => readFileSync(join(folder, file), 'utf8');

    /** Does something while a file holds something else. */
    async function withChange<Result>(file: string, change: (text: string) => string, action: () => Promise<Result>) {
      const original = read(file);
      writeFileSync(join(folder, file), change(original));
      try {
        return await action();
      } finally {
        writeFileSync(join(folder, file), original);
      }
    }

    const slowly = <Result>(action: () => Promise<Result>): Promise<Result> =>
      withChange('hello_test.py', text => `import time\n\nprint("asleep")\ntime.sleep(3600)\n${text}`, action);

    /** Nothing of the build that was interrupted goes on, and the next one need not wait for it. */
    async function isStopped(): Promise<void> {
      assert.deepEqual(runningTests(), []);
      const { code, stderr } = await inShell('bazel --noblock_for_lock info release');
      assert.equal(code, 0, stderr);
    }

    it('new --build writes a project and builds it', async () => {
      const { code, stdout, stderr } = await command(['new', folder, ...flagsFor(host), '--build', '--verbose']);
      assert.equal(code, 0, stderr);
      assert.match(stdout, /^ +create {2}hello\.py$/m);
      assert.match(stdout, /^ +passed {2}\/\/:hello_test$/m);
      assert.match(stderr, /^hello: nixpkgs .+, Python \d.+, Bazel \d$/m);
      assert.match(
        stderr,
        /\nNext:\n {2}cd .+\n {2}nix-shell --run 'bazel run \/\/:hello'\n {2}nix-shell .+_image'\n$/,
      );
    });

    it('doctor reports no failed check', async () => {
      const { code, stdout, stderr } = await command(['doctor', folder]);
      assert.equal(code, 0, stdout + stderr);
      assert.match(stdout, /^ {5}ok {2}Nix \d+\.\d+\.\d+$/m);
      assert.match(stdout, /^ {5}ok {2}Nix can write to its store$/m);
      assert.match(stdout, /^ {5}ok {2}\.bazelrc has the lines/m);
      assert.match(stdout, /, 0 failed$/m);
      const { checks } = JSON.parse((await command(['doctor', folder, '--json'])).stdout);
      const settings = checks.filter(({ name }: { name: string }) => ['daemon', 'flakes', 'caches'].includes(name));
      const states = settings.map(({ name, state }: { name: string; state: string }) => [name, state]);
      assert.deepEqual(states, [
        ['daemon', 'ok'],
        ['flakes', 'ok'],
        // The host has none.
        ['caches', real ? 'ok' : 'warning'],
      ]);
    });

    it('where doctor reports a failed check, the build fails', async () => {
      // Outside of the chroot there are compilers.
      const env = real ? setup.env : { ...setup.env, PATH: `${setup.folder}/bin:${work}/bin` };
      await withChange(
        '.bazelrc',
        text => text.replace(/^.*CC=true\n/m, ''),
        async () => {
          const { code, stdout } = await command(['doctor', folder], env);
          assert.equal(code, 1, stdout);
          assert.match(stdout, /^ failed {2}\.bazelrc lacks common --repo_env=CC=true: /m);
          assert.match(stdout, / 1 failed$/m);
          assert.equal((await command(['build', folder])).code, 1);
        },
      );
    });

    it('build --json reports targets, durations and the image', async () => {
      const { code, stdout, stderr } = await command(['build', folder, '--json']);
      assert.equal(code, 0, stderr);
      checkDocument(['build'], stdout);
      const { target, build } = JSON.parse(stdout) as { target: string; build: Built };
      assert.equal(target, folder);
      const labels = build.targets.map(({ label }) => label);
      for (const label of ['//:hello', '//:hello_image', '//image:image', '//image:load']) {
        assert.ok(labels.includes(label), `${label} is not among ${labels}`);
      }
      assert.ok(build.targets.every(({ built }) => built));
      const test = build.targets.find(({ label }) => label === '//:hello_test');
      assert.equal(test?.test, 'PASSED');
      assert.ok(Number(test?.testDuration) > 0, JSON.stringify(test));
      assert.ok(build.durations.shell > 0 && build.durations.bazel > 0, JSON.stringify(build.durations));
      const { size, ...image } = build.image ?? { size: 0 };
      assert.deepEqual(image, { name: 'hello', digest: await digestOfImage() });
      assert.ok(size > 20e6 && size < 200e6, `${size} bytes`);
    });

    /** What skopeo says of the image that Bazel has built. */
    async function digestOfImage(): Promise<string> {
      // The real rules_docker reports the digest of compressed layers, makes no archive of them, and builds in its own folder.
      if (hasWorkspace(host) && real) {
        return (await inShell('find "$(bazel info output_path)" -name image.digest -exec cat {} +')).stdout.trim();
      }
      const bin = (await inShell('bazel info bazel-bin')).stdout.trim();
      if (hasWorkspace(host)) assert.equal((await inShell('bazel build //image:image.tar')).code, 0);
      const image = hasWorkspace(host) ? `docker-archive:${bin}/image/image.tar` : `oci:${bin}/image/image`;
      const { status, stdout, stderr } = spawnSync('/usr/bin/skopeo', ['inspect', '--format', '{{.Digest}}', image], {
        encoding: 'utf8',
      });
      assert.equal(status, 0, stderr);
      return stdout.trim();
    }

    it('prints plain lines without a terminal', async () => {
      const { code, stdout, stderr } = await command(['build', folder]);
      assert.equal(code, 0, stderr);
      assert.doesNotMatch(stdout + stderr, /[\u001b\r]/);
      assert.match(stderr, /INFO: Build completed successfully/);
      assert.match(
        stderr,
        /\nNext:\n {2}cd .+\n {2}nix-shell --run 'bazel run \/\/:hello'\n {2}nix-shell .+_image'\n$/,
      );
      assert.match(stdout, /^ +passed {2}\/\/:hello_test$/m);
      assert.match(stdout, /^Shell [\d.]+ s, Bazel [\d.]+ s\.$/m);
      assert.match(stdout, /^Image hello:latest sha256:[0-9a-f]{64}, \d+ MB$/m);
    });

    /** The error, and the log it points to. */
    function failed({ code, stderr }: Ended): { said: string; log: string } {
      assert.equal(code, 1, stderr);
      const said = stderr.slice(stderr.indexOf('error: The build failed'));
      const [, log = ''] = /the log is in (\S+)\.$/m.exec(said) ?? [];
      assert.ok(existsSync(log), stderr);
      return { said, log: readFileSync(log, 'utf8') };
    }

    it('a failing test: reports the cause and the log, and leaves the project alone', async () => {
      const before = read('hello.py');
      const ended = await withChange(
        'hello.py',
        text => text.replace('Hello, World!', 'Good night!'),
        async () => {
          const result = await command(['build', folder]);
          assert.equal(read('hello.py'), before.replace('Hello, World!', 'Good night!'));
          return result;
        },
      );
      const { said, log } = failed(ended);
      assert.match(said, /^error: The build failed: A test failed: \/\/:hello_test\.$/m);
      assert.match(log, /Good night!/);
      assert.match(log, /\/\/:hello_test +FAILED/);
    });

    it('a package that the pin lacks: reports which', async () => {
      const ended = await withChange(
        'pyproject.toml',
        text => text.replace('"requests"', '"left-pad"'),
        () => command(['build', folder]),
      );
      const { said, log } = failed(ended);
      assert.match(said, /^error: The build failed: pyproject\.toml: the pinned nixpkgs cannot provide everything\.$/m);
      assert.match(said, /^ +left-pad \(tried left-pad and left_pad\)$/m);
      assert.match(log, /left-pad/);
    });

    it('a broken BUILD file: reports the error of Bazel', async () => {
      const ended = await withChange(
        'BUILD.bazel',
        text => text.replace('py_binary(', 'py_bianry('),
        () => command(['build', folder, '--json']),
      );
      failed(ended);
      const { error } = JSON.parse(ended.stdout) as { error: { message: string; exitCode: number } };
      assert.match(error.message, /^The build failed: .*(py_bianry|BUILD)/);
      assert.equal(error.exitCode, 1);
    });

    it('kill -INT also stops Bazel', async () => {
      const { code, stderr } = await slowly(() =>
        command(['build', folder], setup.env, child => {
          void until('the test to run', () => runningTests().length > 0).then(() => child.kill('SIGINT'));
        }),
      );
      assert.equal(code, 130, stderr);
      assert.match(stderr, /^Interrupted: the build was stopped\.$/m);
      await isStopped();
    });

    it('on a terminal, Bazel draws its progress and Ctrl-C stops it', async () => {
      await slowly(async () => {
        const terminal = new Terminal(['build', folder], setup.folder, setup.env);
        await terminal.until(/Testing \/\/:hello_test|\[\d+ \/ \d+\]/, 120_000);
        await until('the test to run', () => runningTests().length > 0);
        assert.match(terminal.raw, /\u001b\[/);
        terminal.type(key.interrupt);
        await terminal.until('Interrupted: the build was stopped.', 60_000);
        assert.equal(await terminal.end(), 130);
      });
      await isStopped();
    });

    it('and builds again afterwards', async () => {
      const { code, stderr } = await command(['build', folder]);
      assert.equal(code, 0, stderr);
    });

    it('without Nix: says how to install it', async () => {
      const bin = join(setup.folder, 'without-nix');
      mkdirSync(bin);
      symlinkSync('/bin/true', join(bin, 'docker'));
      const { code, stderr } = await command(['build', folder], { ...setup.env, PATH: bin });
      assert.equal(code, 1);
      assert.match(stderr, /Nix is not installed, so nothing can be built\.\n.*nixos\.org\/nix\/install/);
    });
  });
}
