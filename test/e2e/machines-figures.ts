// Measures what a binary cache, a remote cache and a remote worker save or cost, with a new project on Bazel 7 and a few slow tests; writes
// the table of docs/scaling.md. All of them are on this machine: no network is measured. Usage: npm run figures:machines
import assert from 'node:assert/strict';
import { startBinaryCache } from './binary-cache.ts';
import { type Host, hosts, leave, must, provision, tidy, work } from './host.ts';
import { newMachine } from './machine.ts';
import { startRemoteCache } from './nginx.ts';
import { Project } from './project.ts';
import { writeTable } from './pypi-page.ts';
import { stop } from './service.ts';
import { startWorker } from './worker.ts';

const host = hosts.at(-1) as Host;
const slowTests = 8;
const rows: string[] = [];

/** Adds a row: how long an action took, and what its result says. */
async function measure(what: string, action: () => Promise<string>): Promise<void> {
  const began = performance.now();
  const said = await action();
  rows.push(`| ${what} | ${((performance.now() - began) / 1000).toFixed(1)} | ${said} |`);
}

/** A checkout with tests that take three seconds each, analysed by Bazel, but not built. */
async function checkout(machine: Host, name: string, settings: string): Promise<Project> {
  const project = new Project(machine, name);
  project.write('user.bazelrc', project.read('user.bazelrc') + settings);
  for (let number = 1; number <= slowTests; number++) {
    project.write(`slow_${number}_test.py`, 'import time\n\n\ndef test_slow():\n    time.sleep(3)\n');
  }
  await project.inShell('bazel build --nobuild //...');
  return project;
}

/** Runs all tests, and says how many actions ran where. */
async function test(project: Project, config = ''): Promise<string> {
  const { code, output } = await project.run(`nix-shell --run 'bazel test ${config} //...'`);
  assert.equal(code, 0, output);
  return /INFO: \d+ processes?: (.*)\./.exec(output)?.[1] ?? 'nothing';
}

provision();
const cache = await startBinaryCache(host);
const { url, server } = await startRemoteCache(`${work}/remote-cache`);
try {
  const builder = newMachine(host, 'builder', { nix: '' });
  await must(builder, work, cache.makeKeys);
  const publisher = new Project(builder, 'publisher');
  const [build = '', copy = ''] = cache.publish.split(/^(?=nix --)/m);
  const evaluate = build.replace('nix-build --no-out-link', 'nix-instantiate').replace(/>.*/, '');
  await publisher.must(evaluate);
  await measure('Nix builds what shell, tests and image need, in an empty store', async () => {
    await publisher.must(build);
    return 'nothing from a cache';
  });
  await measure('`nix copy` to the binary cache', async () => {
    await publisher.must(copy);
    return `${await must(host, cache.folder, 'du -s --block-size=1MB . | cut -f1')} MB, compressed by zstd`;
  });
  const machine = newMachine(host, 'fetcher', {
    nix: cache.trusting('cache-public-key', `${work}/machine-builder/home`),
  });
  const fetcher = new Project(machine, 'fetcher');
  await fetcher.must(evaluate);
  await measure('an empty store is filled from the binary cache', async () => {
    const { code, output } = await fetcher.run(build);
    assert.equal(code, 0, output);
    return `${output.match(/^copying path/gm)?.length} paths, none built`;
  });

  const remoteCache = `build:remote-cache --remote_cache=${url}\n`;
  const configurations: [string, string, string][] = [
    ['without a cache', '', ''],
    ['fills the remote cache', remoteCache, '--config=remote-cache'],
    ['in a second checkout, from the remote cache', remoteCache, '--config=remote-cache'],
  ];
  for (const [index, [what, settings, config]] of configurations.entries()) {
    const project = await checkout(machine, `checkout-${index}`, settings);
    await measure(`\`bazel test //...\` ${what}`, () => test(project, config));
    await project.inShell('bazel shutdown');
  }

  const far = newMachine(host, 'worker', {
    nix: cache.trusting('cache-public-key', `${work}/machine-builder/home`),
    apart: true,
  });
  await must(far, '/', cache.fetch);
  const worker = await startWorker(far);
  const project = await checkout(machine, 'remote', worker.settings);
  await measure('`bazel test //...` on a worker', () => test(project, '--config=remote'));
  await project.inShell('bazel clean');
  await measure('the same again, after `bazel clean`', () => test(project, '--config=remote'));
  await project.inShell('bazel shutdown');
  await stop(worker.server);

  writeTable('figures', ['| | seconds | |', '|---|--:|---|', ...rows], 'docs/scaling.md');
} finally {
  await stop(server);
  await cache.stop();
  leave();
  tidy();
}
