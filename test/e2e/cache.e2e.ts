import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { hasWorkspace, hosts, real, work } from './host.ts';
import { startRemoteCache } from './nginx.ts';
import { Project } from './project.ts';
import { stop } from './service.ts';

for (const host of hosts) {
  describe(`A remote cache, Bazel ${host.bazel}`, () => {
    const folder = `${work}/cache-${host.bazel}`;
    const test = 'bazel test --config=remote-cache //...';
    let url: string;
    let server: ChildProcess;
    const projects: Project[] = [];

    before('start nginx', async () => {
      ({ url, server } = await startRemoteCache(folder));
    });

    after('stop nginx', async () => {
      for (const project of projects) await project.inShell('bazel shutdown');
      await stop(server);
    });

    /** A new project with the cache in user.bazelrc. */
    function checkout(name: string, ...lines: string[]): Project {
      const project = new Project(host, name);
      project.write(
        'user.bazelrc',
        [project.read('user.bazelrc'), `build:remote-cache --remote_cache=${url}`, ...lines, ''].join('\n'),
      );
      projects.push(project);
      return project;
    }

    const entries = (): string[] =>
      readdirSync(`${folder}/entries`, { recursive: true, withFileTypes: true })
        .filter(entry => entry.isFile())
        .map(entry => entry.name);

    it('read-only uploads nothing', async () => {
      await checkout('reader', 'build:remote-cache --noremote_upload_local_results').inShell(test);
      assert.deepEqual(entries(), []);
    });

    it('the first build fills it', async () => {
      await checkout('writer').inShell(test);
      assert.notEqual(entries().length, 0);
    });

    it('a second checkout elsewhere gets every action from it', async () => {
      const elsewhere = checkout('elsewhere');
      const built = await elsewhere.run(`nix-shell --run 'bazel build --config=remote-cache //...'`);
      assert.equal(built.code, 0, built.output);
      // The real rules copy some files by actions that are never cached; the links to the base of the image are made anew.
      const all = hasWorkspace(host)
        ? /: \d+ remote cache hit, \d+ internal\./
        : /: \d+ remote cache hit, \d+ internal, 1 local\./;
      assert.match(built.output, real ? /\d+ remote cache hit/ : all);
      assert.match(await elsewhere.inShell(test), /\(cached\) PASSED/);
    });

    it('a disk cache that lost its large blobs, as in the pipelines, serves the rest', async () => {
      const project = checkout('disk');
      const disk = `${work}/disk-${host.bazel}`;
      const build = `nix-shell --run 'bazel build --disk_cache=${disk} //...'`;
      await project.must(build);
      assert.equal(await project.must(`find ${disk} -type f -size +1M`), '', 'no copy of the base gets into a cache');
      assert.notEqual(await project.must(`find ${disk} -type f -size +8k -print -delete`), '');
      await project.inShell('bazel clean');
      const { code, output } = await project.run(build);
      assert.equal(code, 0, output);
      assert.match(output, /\d+ disk cache hit|\d+ remote cache hit/);
      assert.notEqual(await project.must(`find ${disk} -type f -size +8k`), '', 'what was deleted is built again');
    });

    it('a cache that is down is a warning', async () => {
      await stop(server);
      const { code, output } = await checkout('alone').run(`nix-shell --run '${test}'`);
      assert.equal(code, 0, output);
      assert.match(output, /WARNING: .*(Connection refused|[Cc]ache)/);
    });
  });
}
