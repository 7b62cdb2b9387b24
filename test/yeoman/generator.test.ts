import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { mock } from 'node:test';
import { createEnv } from 'yeoman-environment';
import { questionNames, questions } from '../../src/model/questions.ts';
import { askedBut } from '../answers.ts';
import { command, scratch, stated, treeOf } from '../commands/process.ts';
import { type Given, generate, generatorAt } from './generate.ts';

const generator = generatorAt('app');

describe('the generator under yeoman-test', function () {
  this.timeout(20_000);
  const folder = scratch();
  const empty = () => mkdtempSync(join(folder, 'd-'));
  const home = process.cwd();
  /** Lets the generator ask for what is stated otherwise. */
  const ask = () => {
    for (const name of Object.keys(stated)) delete process.env[name];
  };
  beforeEach(() => void Object.assign(process.env, stated));
  afterEach(() => {
    process.chdir(home);
    ask();
  });

  it('writes the same bytes as the command with the same options', async () => {
    const [ours, theirs] = [empty(), empty()];
    const options = {
      yes: true,
      python: '3.10',
      nixpkgs: '24.05',
      packages: 'requests,redis>=4',
      remoteCache: 'https://x',
    };
    const flags = ['--python=3.10', '--nixpkgs=24.05', '--packages=requests,redis>=4', '--remote-cache=https://x'];
    const said = await generate(ours, { args: ['hello'], options });
    const { stdout, stderr } = await command(['hello', '--yes', ...flags], { cwd: theirs });
    assert.deepEqual(treeOf(ours), treeOf(theirs));
    assert.deepEqual(said, { stdout, stderr, asked: [] });
  });

  it('asks every question through the adapter, in the order of the table', async () => {
    ask();
    const [ours, theirs] = [empty(), empty()];
    const answers = {
      name: 'hello',
      nixpkgs: '22.05',
      python: '3.9',
      packages: 'scikit-image',
      bazel: '4',
      ci: ['gitlab'],
      deploy: ['compose'],
      database: 'postgresql',
      git: false,
    };
    const { asked } = await generate(ours, { args: ['place'], answers });
    const flags = Object.entries(answers).flatMap(([flag, answer]) => (answer ? [`--${flag}=${answer}`] : []));
    assert.equal((await command(['place', ...flags], { cwd: theirs })).code, 0);
    assert.deepEqual(treeOf(ours), treeOf(theirs));
    // A new project has no app of its own, and Bazel 4 makes images for one platform.
    const skipped = ['app', 'platforms'];
    const own = questionNames.map(name => questions[name].flag).filter(flag => !skipped.includes(flag));
    const flagsAsked = [...own, 'review'];
    assert.deepEqual(
      asked.filter(name => name !== 'packages-2'),
      flagsAsked,
    );
    assert.ok(asked.includes('packages-2'), 'asks for packages until there is none');
  });

  it('takes the default for a question that is not answered', async () => {
    const [ours, theirs] = [empty(), empty()];
    await generate(ours, { args: ['hello'] });
    await command(['hello', '--yes'], { cwd: theirs });
    assert.deepEqual(treeOf(ours), treeOf(theirs));
  });

  it('asks only what the options leave open, and nothing on a second run', async () => {
    const cwd = empty();
    ask();
    const { asked } = await generate(cwd, { args: ['hello'], options: { python: '3.13', bazel: '8', git: false } });
    assert.deepEqual(asked, [...askedBut('python', 'bazel', 'git').map(name => questions[name].flag), 'review']);
    const again = await generate(cwd, { args: ['hello'] });
    assert.deepEqual(again.asked, []);
    assert.doesNotMatch(again.stdout, /create|update/);
  });

  it('prints one document with --json, and writes nothing with --dry-run', async () => {
    const cwd = empty();
    const { stdout, stderr } = await generate(cwd, {
      args: ['hello'],
      options: { yes: true, json: true, dryRun: true },
    });
    assert.equal(stdout, (await command(['hello', '--yes', '--json', '--dry-run'], { cwd })).stdout);
    assert.equal(stderr, '');
    const diff = await generate(cwd, { args: ['hello'], options: { yes: true, dryRun: true, diff: true } });
    assert.match(diff.stderr, /^\+app = Flask\(__name__\)$/m);
    assert.deepEqual(treeOf(cwd), {});
  });

  it('refuses to overwrite a changed file without a prompt or --force', async () => {
    const cwd = empty();
    await command(['hello', '--yes'], { cwd });
    const fresh = treeOf(cwd);
    writeFileSync(join(cwd, 'hello/hello.py'), 'mine = 1\n');
    const changed = treeOf(cwd);
    const options = { yes: true, python: '3.12' };
    await assert.rejects(generate(cwd, { args: ['hello'], options }), {
      name: 'Failure',
      code: 1,
      message:
        /hello\.py.*Nothing was written\.\nKeep your changes: yo nix-python-container:update hello --python 3\.12\. Or overwrite them with --force\.$/,
    });
    assert.deepEqual(treeOf(cwd), changed);
    await generate(cwd, { args: ['hello'], options: { yes: true, force: true } });
    assert.deepEqual(treeOf(cwd), fresh);
  });

  it('keeps a changed file, overwrites it or stops, as is answered', async () => {
    const cwd = empty();
    await command(['hello', '--yes'], { cwd });
    const fresh = treeOf(cwd);
    writeFileSync(join(cwd, 'hello/hello.py'), 'mine = 1\n');
    const changed = treeOf(cwd);
    const answering = (answer: string) => generate(cwd, { args: ['hello'], answers: { conflict: answer } });
    await assert.rejects(answering('stop'), { code: 1, message: /^Stopped\. Nothing was written/ });
    assert.deepEqual(treeOf(cwd), changed);
    const { stderr } = await answering('keep');
    assert.match(stderr, /^-mine = 1$/m);
    assert.deepEqual(treeOf(cwd), changed);
    await answering('overwrite');
    assert.deepEqual(treeOf(cwd), fresh);
  });

  it('gives back the folder that Yeoman took for the value of a switch', async () => {
    const [ours, theirs] = [empty(), empty()];
    await command(['hello', '--yes'], { cwd: theirs });
    for (const options of [{ yes: 'hello' }, { y: 'hello' }, { yes: true, verbose: 'hello' }]) {
      await generate(ours, { options });
      assert.deepEqual(treeOf(ours), treeOf(theirs));
    }
    await generate(ours, { options: { yes: true, git: 'repository' } });
    assert.ok(existsSync(join(ours, 'repository/.git')));
  });

  const refused: Record<string, readonly [given: Given, says: RegExp]> = {
    'an unknown option': [
      { options: { yes: true, pyhton: '3.13' } },
      /Unknown option: --pyhton\.\nDid you mean --python\?/,
    ],
    'an unknown option in camel case': [
      { options: { yes: true, dryRub: true } },
      /Unknown option: --dry-rub\.\nDid you mean/,
    ],
    'an unknown option of one letter': [{ options: { yes: true, x: true } }, /Unknown option: -x\./],
    'an unknown option among the arguments': [{ args: ['hello', '--yes', '--pyhton=3'] }, /Unknown option: --pyhton\./],
    'a switch with a value': [
      { args: ['hello'], options: { yes: 'no' } },
      /--yes takes no value, but got "no"\.\n.*after folders/,
    ],
    'the same by its letter': [{ args: ['hello'], options: { y: 'false' } }, /--yes takes no value, but got "false"\./],
    'a subgenerator as a word': [
      { args: ['hello', 'add', 'requests'] },
      /The command add stands behind hello\.\nIt comes first: cd hello && yo nix-python-container:add requests$/,
    ],
    'an option without its value': [{ args: ['hello'], options: { python: true } }, /--python needs a value\./],
    'a number for a version': [{ options: { yes: true, python: 3.1 } }, /--python: must be a string, but is 3\.1\./],
    'two folders': [{ args: ['a', 'b'], options: { yes: true } }, /Expected at most one folder, got 2: a, b\./],
    'an invalid value': [{ options: { yes: true, bazel: '99', name: 'hello' } }, /Bazel 99/],
  };
  for (const [what, [given, says]] of Object.entries(refused)) {
    it(`refuses ${what}, and writes nothing`, async () => {
      const cwd = empty();
      await assert.rejects(generate(cwd, given), { name: 'Failure', code: 2, message: says });
      assert.deepEqual(treeOf(cwd), {});
    });
  }

  it('accepts the options that Yeoman itself passes', async () => {
    const yeomans = 'askAnswered forceInstall skipCache skipInstall skipLocalCache localConfigOnly insight debug color';
    const options = Object.fromEntries(yeomans.split(' ').map(name => [name, false]));
    await generate(empty(), { args: ['hello'], options: { ...options, yes: true, sharedThing: { by: 'a program' } } });
  });

  it('runs with env.run and env.execute, with options among the arguments', async () => {
    const [ours, theirs] = [empty(), empty()];
    await command(['hello', '--yes', '--python=3.12'], { cwd: theirs });
    const silence = mock.method(process.stdout, 'write', () => true);
    const quiet = mock.method(process.stderr, 'write', () => true);
    try {
      for (const how of ['run', 'execute'] as const) {
        mkdirSync(join(ours, how));
        const env = createEnv({ cwd: join(ours, how) });
        env.register(generator, { namespace: 'nix-python-container:app' });
        const args = ['hello', '--yes', '--python', '3.12'];
        if (how === 'run') await env.run(['nix-python-container', ...args]);
        else await env.execute('nix-python-container', args);
      }
    } finally {
      silence.mock.restore();
      quiet.mock.restore();
    }
    for (const how of ['run', 'execute']) assert.deepEqual(treeOf(join(ours, how)), treeOf(theirs));
  });

  it('listens to signals only while it works', async () => {
    const listening = () => ['SIGINT', 'SIGTERM', 'SIGHUP'].map(name => process.listenerCount(name));
    const before = listening();
    await generate(empty(), { args: ['hello'], options: { yes: true } });
    assert.deepEqual(listening(), before);
  });
});
