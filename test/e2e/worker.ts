import assert from 'node:assert/strict';
import { type ChildProcess, spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { type Host, logOf, repository, start, work } from './host.ts';
import { freePort, listening } from './service.ts';

export interface Worker {
  /** The lines of user.bazelrc by which a project uses it. */
  readonly settings: string;
  readonly server: ChildProcess;
}

/**
 * Starts Bazel's own remote worker: it executes actions, and holds their inputs and results.
 * @param machine what the actions see
 */
export async function startWorker(machine: Host): Promise<Worker> {
  const { status, stdout, stderr } = spawnSync(join(repository, 'test/e2e/host/worker.sh'), [machine.root], {
    encoding: 'utf8',
  });
  assert.equal(status, 0, stderr);
  const port = await freePort();
  // It listens on all addresses.
  const token = randomUUID();
  const folder = `${work}/worker`;
  const server = start(
    machine,
    '/',
    [
      // Its runfiles have a program for macOS alone.
      `mkdir -p ${folder}/cas && RUNFILES_DIR=${folder} exec java -cp ${stdout}`,
      'com.google.devtools.build.remote.worker.RemoteWorker',
      ...[`--listen_port=${port}`, `--expected_authorization_token=${token}`],
      ...[`--work_path=${folder}/actions`, `--cas_path=${folder}/cas`],
    ].join(' '),
    logOf(machine),
  );
  await listening(port);
  return {
    settings: `build:remote --remote_executor=grpc://127.0.0.1:${port}\nbuild:remote --remote_header='Authorization=Bearer ${token}'\n`,
    server,
  };
}
