import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, watch, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { runGit } from '../../src/process/git.ts';
import { runInteractively } from '../../src/process/run-interactively.ts';
import { errorIn, runProcess } from '../../src/process/run-process.ts';
import { scratch } from '../commands/process.ts';
import { needs } from '../needs.ts';

const environment = process.env;

/** The state of a process (`S`, `Z`, …), or `none` if it has gone. */
function stateOf(pid: number): string {
  return execFileSync('sh', ['-c', `ps -o stat= -p ${pid} || echo none`], { encoding: 'utf8' }).trim();
}
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
    assert.equal((await runProcess('true', ['x'.repeat(2 ** 22)], { environment })).fault, 'not-started');
    const nowhere = await runProcess('true', [], { environment, folder: join(folder, 'none') });
    assert.deepEqual([nowhere.fault, nowhere.message], ['not-started', `${folder}/none does not exist`]);
  });

  it('may print no more than it should', async () => {
    const flood = await sh('yes', { maxOutput: 1000 });
    assert.deepEqual([flood.fault, flood.message], ['too-much-output', 'sh printed more than 1000 bytes']);
  });

  it('has no input', async () => {
    assert.equal((await sh('cat')).stdout, '');
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

  it('is killed when it has printed nothing for too long, not when it prints now and then', async () => {
    const silence = 1000;
    const lively = 'for n in 1 2 3 4; do sleep 0.4; echo $n; sleep 0.1; echo $n >&2; done';
    assert.equal((await runProcess('sh', ['-c', lively], { environment, silence })).fault, undefined);
    const started = performance.now();
    const hung = await runProcess('sh', ['-c', 'echo hello; sleep 60'], { environment, silence });
    assert.deepEqual([hung.fault, hung.message], ['silent', 'sh has printed nothing for 1 s, and was ended']);
    assert.ok(performance.now() - started < 10_000);
  });

  it('that is shown says how long it has been silent, and goes on', async () => {
    let shown = '';
    const write = (text: string): void => void (shown += text);
    const more = { folder, signal: new AbortController().signal, interactive: false, progress: false, reminder: 200 };
    const args = ['-c', 'sleep 0.5; echo done'];
    const { code, log } = await runInteractively('sh', args, { environment, ...more, write });
    assert.deepEqual([code, log], [0, 'done\n']);
    assert.match(shown, /^(\(sh has printed nothing for 0 min; Ctrl-C ends it\)\n)+done\n$/);
  });

  it('takes its children with it, within half a second', async () => {
    const file = join(mkdtempSync(join(folder, 'pid-')), 'pid');
    const stop = new AbortController();
    // The child holds the pipes open.
    const running = sh(`sleep 600 & echo $! > ${file}; wait`, { signal: stop.signal });
    while (!existsSync(file) || readFileSync(file, 'utf8') === '') await setTimeout(5);
    const start = performance.now();
    stop.abort();
    assert.equal((await running).fault, 'aborted');
    assert.ok(performance.now() - start < 500);
    assert.match(stateOf(Number(readFileSync(file, 'utf8'))), /^(Z|X|none)/);
  });

  it('gets an instant to clean up, if it is asked to', async () => {
    const trace = join(folder, 'cleaned');
    const tidy = await sh(`trap 'touch ${trace}; exit 1' TERM; echo ready; sleep 600 & wait`, {
      ...{ stopSignal: 'SIGTERM', timeout: 300 },
    });
    assert.deepEqual([tidy.fault, existsSync(trace)], ['timed-out', true]);
    const start = performance.now();
    const deaf = await sh("trap '' TERM; while :; do sleep 600; done", { stopSignal: 'SIGTERM', timeout: 100 });
    assert.equal(deaf.fault, 'timed-out');
    assert.ok(performance.now() - start < 600);
  });

  it('is described by its last error message: all its lines, no control characters, at most 300 characters', () => {
    assert.equal(
      errorIn("error: a\nerror: evaluation aborted: '\n       This nixpkgs needs Nix 2.18\n       '\n"),
      "evaluation aborted: ' This nixpkgs needs Nix 2.18 '",
    );
    assert.equal(
      errorIn(
        'error:\n       … while calling x\n\n       error: no such thing\n       at /a.nix:3:5:\n            2| x\n',
      ),
      'no such thing',
    );
    assert.equal(errorIn('error: infinite recursion\n\n       at «string»:1:9:\n'), 'infinite recursion');
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

  it('works on the repository of its folder, whatever GIT_DIR and the like say', async () => {
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

  it('keeps the settings in the environment', async () => {
    const settings = { GIT_CONFIG_COUNT: '1', GIT_CONFIG_KEY_0: 'user.name', GIT_CONFIG_VALUE_0: 'ada' };
    assert.equal((await git(folder, ['config', 'user.name'], { ...environment, ...settings })).stdout, 'ada\n');
  });

  it('removes its lock file when it is interrupted', async () => {
    const tree = join(folder, 'locked');
    await git(folder, ['init', '--quiet', tree]);
    await git(tree, ['config', 'filter.slow.clean', `touch ${folder}/filtering; sleep 600`]);
    writeFileSync(join(tree, '.gitattributes'), 'file filter=slow\n');
    writeFileSync(join(tree, 'file'), 'text\n');
    const stop = new AbortController();
    const options = { environment, folder: tree, signal: stop.signal, stopSignal: 'SIGTERM' } as const;
    const running = runGit(['add', 'file'], options);
    while (!existsSync(join(folder, 'filtering'))) await setTimeout(5);
    stop.abort();
    assert.equal((await running).fault, 'aborted');
    assert.equal(existsSync(join(tree, '.git/index.lock')), false);
  });
});
