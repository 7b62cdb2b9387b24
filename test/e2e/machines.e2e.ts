import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { type BinaryCache, startBinaryCache } from './binary-cache.ts';
import { hasWorkspace, type Host, hosts, must, real, run, work } from './host.ts';
import { newMachine } from './machine.ts';
import { Project, projectIn } from './project.ts';
import { stop } from './service.ts';
import { startWorker, type Worker } from './worker.ts';

/** The names, without hashes, in the lines by which Nix reports what it does. */
const pathsOf = (output: string, verb: 'building' | 'copying path'): string[] =>
  [...output.matchAll(new RegExp(`${verb} '/nix/store/[^-]+-([^']+)'`, 'g'))].map(([, name = '']) => name);

// The other machines are mounts, which only root can make, and on which no daemon of Nix works.
for (const host of real ? [] : hosts) {
  describe(`Other machines, Bazel ${host.bazel}`, () => {
    let cache: BinaryCache;
    let project: Project | undefined;

    before('serve a folder', async () => {
      cache = await startBinaryCache(host);
    });
    after('stop nginx and Bazel', async () => {
      await cache.stop();
      await project?.inShell('bazel shutdown');
    });

    it('the commands of docs/scaling.md fill a binary cache, and sign all in it', async () => {
      const publisher = projectIn(host);
      await publisher.must(cache.makeKeys);
      await publisher.must(cache.publish);
      const files = cache.narinfos();
      assert.ok(files.length > 20, files.join(' '));
      for (const file of files) assert.match(readFileSync(file, 'utf8'), /^Sig: cache\.example\.com-1:/m);
    });

    it('a machine with an empty store gets shell, tests and image from it, and builds nothing', async () => {
      const machine = newMachine(host, `empty-${host.bazel}`, { nix: cache.trusting('cache-public-key') });
      project = new Project(machine, 'fetched');
      const { code, output } = await project.run(`nix-shell --run 'bazel test //...'`);
      assert.equal(code, 0, output);
      assert.ok(
        pathsOf(output, 'copying path').some(name => /^hello-base-(oci|layers)$/.test(name)),
        output,
      );
      // Nix 2.8 has no always-allow-substitutes: it makes what nixpkgs says to be quickly made.
      const made = hasWorkspace(host) ? ['defs.bzl.drv', 'python3-3.11.2-env.drv'] : [];
      assert.deepEqual(pathsOf(output, 'building').toSorted(), made);
    });

    it('what is signed by nobody, or by another key of that name, is refused', async () => {
      await must(host, work, cache.makeKeys.replaceAll('~/cache', '~/other'));
      const stranger = newMachine(host, `stranger-${host.bazel}`, { nix: cache.trusting('other-public-key') });
      const refused = await run(stranger, '/', cache.fetch);
      assert.notEqual(refused.code, 0, refused.output);
      assert.match(refused.output, /not signed by any of the keys in 'trusted-public-keys'/);
      assert.deepEqual(pathsOf(refused.output, 'copying path'), []);

      const info = cache.narinfos().find(file => /^StorePath: .*-defs\.bzl$/m.test(readFileSync(file, 'utf8'))) ?? '';
      const signed = readFileSync(info, 'utf8');
      writeFileSync(info, signed.replace(/^Sig: .*\n/m, ''));
      const believer = newMachine(host, `believer-${host.bazel}`, { nix: cache.trusting('cache-public-key') });
      const unsigned = await run(believer, '/', `nix-store --realise ${/^StorePath: (.*)$/m.exec(signed)?.[1]}`);
      writeFileSync(info, signed);
      assert.notEqual(unsigned.code, 0, unsigned.output);
      assert.match(unsigned.output, /-defs\.bzl' from '[^']*',? (as it's|is) not signed by any of the keys/);
      assert.deepEqual(pathsOf(unsigned.output, 'copying path'), []);
    });

    // The worker speaks the protocol of this Bazel's time, and its sources are those of this Bazel.
    if (hasWorkspace(host)) return;

    describe('a worker', () => {
      let far: Host;
      let worker: Worker | undefined;

      before('fill its store', async () => {
        // It sees no project and no Bazel, and its own Python fails: it has what the binary cache has, and what Bazel sends.
        far = newMachine(host, 'worker', {
          nix: cache.trusting('cache-public-key'),
          apart: true,
          mounts: [`${work}/bin/python3:/usr/bin/python3`],
        });
        await must(far, '/', cache.fetch);
        worker = await startWorker(far);
      });
      after('stop it', async () => {
        if (worker) await stop(worker.server);
      });

      it('that has its store from the binary cache, and no project, runs the actions of a project', async () => {
        assert.ok(project && worker);
        project.write('user.bazelrc', project.read('user.bazelrc') + worker.settings);
        project.write(
          'far_test.py',
          `import os\n\n\ndef test_sees_no_project():\n    assert not os.path.exists("${project.folder}")\n`,
        );
        const here = await project.run(`nix-shell --run 'bazel test //...'`);
        const there = await project.run(`nix-shell --run 'bazel clean && bazel test --config=remote //...'`);
        assert.match(here.output, /far_test +FAILED/, 'where Bazel is, a test sees the project');
        assert.equal(there.code, 0, there.output);
        const [, ran = ''] = /^INFO: \d+ processes: (.*)\.$/m.exec(there.output) ?? [];
        // The one that runs here makes links to the base image.
        assert.match(ran, /^\d+ internal, 1 local, \d+ remote$/);
      });
    });
  });
}
