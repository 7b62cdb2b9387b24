import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, watch, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runGit } from '../../src/process/git.ts';
import { errorIn, runProcess } from '../../src/process/run-process.ts';
import { scratch } from '../commands/process.ts';
import { needs } from '../needs.ts';

const environment = process.env;
const sh = (script: string, options = {}) => runProcess('sh', ['-c', script], { environment, ...options });

describe('a process', () => {
  const folder = scratch();

  it('gives what it prints', async () => {
    assert.deepEqual(await sh('echo out; echo err >&2'), {
      stdout: 'out\n',
      stderr: 'err\n',
      exitCode: 0,
      message: '',
    });
  });

  it('says why it gave no result', async () => {
    const failed = await sh('echo "error: first" >&2; echo "error: last" >&2; exit 3');
    assert.deepEqual([failed.fault, failed.exitCode, failed.message], ['failed', 3, 'last']);
    assert.match((await sh('exit 4')).message, /^sh exited with code 4$/);
    assert.deepEqual((await sh('kill -9 $$')).message, 'sh was killed by SIGKILL');
    const missing = await runProcess('no-such-program', [], { environment });
    assert.deepEqual([missing.fault, missing.message], ['not-found', 'no-such-program is not on PATH']);
    const file = join(folder, 'data');
    writeFileSync(file, '');
    assert.equal((await runProcess(file, [], { environment })).fault, 'not-permitted');
    assert.equal((await sh('yes', { maxOutput: 1000 })).fault, 'killed');
    assert.equal((await runProcess('true', ['x'.repeat(2 ** 22)], { environment })).fault, 'failed');
  });

  it('is killed when it is overdue or aborted, also one that ignores SIGTERM', async () => {
    const file = join(mkdtempSync(join(folder, 'pid-')), 'pid');
    const deaf = `trap '' TERM; echo $$ > ${file}.new; mv ${file}.new ${file}; exec sleep 600`;
    const gone = () => assert.throws(() => process.kill(Number(readFileSync(file, 'utf8')), 0), { code: 'ESRCH' });
    const stop = new AbortController();
    const started = new Promise<void>(resolve => {
      const watcher = watch(join(file, '..'), () => {
        if (!existsSync(file)) return;
        watcher.close();
        resolve();
      });
    });
    const running = sh(deaf, { signal: stop.signal });
    await started;
    stop.abort();
    assert.equal((await running).fault, 'aborted');
    gone();
    const overdue = await sh("trap '' TERM; exec sleep 600", { timeout: 100 });
    assert.deepEqual([overdue.fault, overdue.message], ['timed-out', 'no answer within 0.1 s']);
    assert.equal((await sh('true', { signal: AbortSignal.abort() })).fault, 'aborted');
  });

  it('is told by its last error message, all of its lines, without control characters, at a length that fits', () => {
    assert.equal(
      errorIn("error: a\nerror: evaluation aborted: '\n       This nixpkgs needs Nix 2.18\n       '\n"),
      "evaluation aborted: ' This nixpkgs needs Nix 2.18 '",
    );
    assert.equal(errorIn('\u001b[31merror:\u001b[0m red'), 'red');
    assert.equal(errorIn(`error: ${'x'.repeat(1000)}`)?.length, 301);
    assert.equal(errorIn('\n  \n'), undefined);
  });
});

describe('git', () => {
  const folder = scratch();
  before(needs('git'));
  const git = (cwd: string, args: readonly string[], env = environment) =>
    runGit(args, { environment: env, folder: cwd });

  it('works on the repository of its folder, whatever GIT_DIR and its kin say', async () => {
    const [ours, theirs] = ['ours', 'theirs'].map(name => join(folder, name)) as [string, string];
    for (const path of [ours, theirs]) await git(folder, ['init', '--quiet', path]);
    writeFileSync(join(ours, 'file'), '');
    const bent = {
      ...environment,
      GIT_DIR: join(theirs, '.git'),
      GIT_INDEX_FILE: join(theirs, '.git/index'),
      GIT_WORK_TREE: theirs,
    };
    assert.equal((await git(ours, ['add', 'file'], bent)).fault, undefined);
    assert.equal((await git(ours, ['ls-files'])).stdout, 'file\n');
    assert.equal((await git(theirs, ['ls-files'])).stdout, '');
  });

  it("runs no program that a repository's settings name", async () => {
    const tree = join(folder, 'hostile');
    const trace = join(folder, 'trace');
    await git(folder, ['init', '--quiet', tree]);
    writeFileSync(join(folder, 'monitor'), `#!/bin/sh\ntouch ${trace}\n`, { mode: 0o755 });
    await git(tree, ['config', 'core.fsmonitor', join(folder, 'monitor')]);
    await git(tree, ['status', '--porcelain']);
    assert.equal(existsSync(trace), false);
  });
});
