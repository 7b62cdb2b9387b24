import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync, readdirSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { basename, join } from 'node:path';
import { flagHelp } from '../../src/cli/help.ts';
import { questions } from '../../src/model/questions.ts';
import { askedBut } from '../answers.ts';
import { command, type Ended, execute, scratch, treeOf } from '../commands/process.ts';
import { endAll, key, Terminal } from '../terminal/terminal.ts';
import { byName, folderOfUser, installBesideYo, pack, reachable, root, user } from './installed.ts';

describe('the packed package', function () {
  this.timeout(300_000);
  const folder = scratch();
  let paths: readonly string[];
  let npmSaid: string | undefined;
  let home: string;
  const bin = (name: string) => join(folder, 'node_modules/.bin', name);
  const environment = () => ({ HOME: home, NO_UPDATE_NOTIFIER: '1' });
  const empty = () => folderOfUser(folder);

  before(function () {
    chmodSync(folder, 0o755);
    const packed = pack(folder);
    paths = packed.paths;
    npmSaid = installBesideYo(folder, packed.tarball);
    if (npmSaid === undefined) this.skip();
    home = empty();
  });
  afterEach(endAll);

  const yo = (args: readonly string[], cwd: string, ...meanwhile: [Parameters<typeof execute>[2]?]): Promise<Ended> =>
    execute([bin('yo'), 'nix-python-container', ...args], { cwd, env: environment(), user }, ...meanwhile);
  const yoOnTerminal = (args: readonly string[], cwd: string, env: Record<string, string> = {}) =>
    new Terminal(args, cwd, { ...environment(), ...env }, { program: [bin('yo'), 'nix-python-container'], user });

  it('holds what runs, and nothing else: no tests, no source maps, no tools', () => {
    const isCode = (path: string) => /\.c?js$/.test(path);
    const generators = readdirSync(join(root, 'generators')).sort();
    const entries = generators.map(name => `lib/generators/${name}/index.js`);
    const code = reachable(['lib/main.cjs', ...entries]);
    assert.deepEqual(paths.filter(isCode), [...code].sort(byName));
    const rest = paths.filter(path => !isCode(path));
    const data = rest.filter(path => /^lib\/src\/catalog\/[\w-]+\.(json|txt)$/.test(path));
    assert.deepEqual(
      rest.filter(path => !data.includes(path)),
      [
        'LICENSE',
        'README.md',
        'answers.schema.json',
        'lib/THIRD-PARTY-LICENSES',
        ...generators.map(name => `lib/generators/${name}/USAGE`),
        'lib/src/nix/project/markers.nix',
        'lib/src/nix/project/pep440.nix',
        'lib/src/nix/project/python.nix',
        'lib/src/nix/query-packages.nix',
        'output.schema.json',
        'package.json',
      ],
    );
    const text = [...code, ...data].map(path => readFileSync(join(root, path), 'utf8')).join('');
    for (const path of data) {
      // A package set is read by its id in python-sets.json.
      const name = basename(path).replace(/^python-set-(.*)\.txt$/, '"$1"');
      assert.ok(text.includes(name), `nothing reads ${path}`);
    }
  });

  it('installs beside yo without warnings about versions, and with one mem-fs', () => {
    assert.doesNotMatch(npmSaid ?? '', /EBADENGINE|ERESOLVE|peer/);
    const lock = JSON.parse(readFileSync(join(folder, 'node_modules/.package-lock.json'), 'utf8'));
    const copies = Object.keys(lock.packages).filter(path =>
      /(^|\/)node_modules\/(mem-fs|yeoman-generator)$/.test(path),
    );
    assert.deepEqual(copies, ['node_modules/mem-fs', 'node_modules/yeoman-generator']);
  });

  it('runs no script when it is installed, and brings no package that does', () => {
    const { scripts } = JSON.parse(
      readFileSync(join(folder, 'node_modules/generator-nix-python-container/package.json'), 'utf8'),
    );
    const hooks = ['preinstall', 'install', 'postinstall', 'prepare'];
    assert.deepEqual(
      hooks.filter(name => Object.hasOwn(scripts, name)),
      [],
    );
    const { packages } = JSON.parse(readFileSync(join(folder, 'node_modules/.package-lock.json'), 'utf8')) as {
      packages: Readonly<Record<string, { hasInstallScript?: boolean }>>;
    };
    const running = Object.keys(packages).filter(path => packages[path]?.hasInstallScript);
    assert.deepEqual(running, ['node_modules/yo'], 'yo itself looks for faults of the machine');
  });

  it('has the command, which writes what it does in the checkout', async () => {
    const [ours, theirs] = [empty(), empty()];
    const place = { cwd: ours, env: environment(), user };
    const said = await execute([bin('nix-python-container'), 'hello', '--yes'], place);
    assert.deepEqual(said, await command(['hello', '--yes'], { cwd: theirs }));
    assert.deepEqual(treeOf(ours), treeOf(theirs));
  });

  it('has the generator, which writes and prints what the command does', async () => {
    const [ours, theirs] = [empty(), empty()];
    const flags = [
      'hello',
      '--yes',
      '--nixpkgs',
      '24.05',
      '--python',
      '3.10',
      '--packages',
      'requests,redis>=4',
      '--bazel=7',
    ];
    const said = await yo(flags, ours);
    assert.deepEqual(said, await command(flags, { cwd: theirs }));
    assert.deepEqual(treeOf(ours), treeOf(theirs));
    const again = await yo(['hello', '--json', '--no-insight', '--skip-install'], ours);
    assert.deepEqual(
      new Set(JSON.parse(again.stdout).steps.map(({ action }: { action: string }) => action)),
      new Set(['identical']),
    );
    assert.equal(again.stderr, '');
  });

  it('adds and removes packages, as the command does', async () => {
    const [ours, theirs] = [empty(), empty()];
    await yo(['hello', '--yes'], ours);
    await command(['hello', '--yes'], { cwd: theirs });
    const fresh = treeOf(ours);
    for (const [name, ...args] of [
      ['add', 'requests', 'redis>=4', 'opencv-python'],
      ['add', '--dev', 'hypothesis'],
      ['remove', 'requests', 'redis', 'opencv-python', '--json'],
    ] as const) {
      const place = { cwd: join(ours, 'hello'), env: environment(), user };
      const said = await execute([bin('yo'), `nix-python-container:${name}`, ...args], place);
      const expected = await command([name, ...args], { cwd: join(theirs, 'hello') });
      assert.deepEqual({ ...said, stdout: said.stdout.replaceAll(ours, theirs) }, expected);
      assert.deepEqual(treeOf(ours), treeOf(theirs));
      assert.notDeepEqual(treeOf(ours), fresh);
    }
  });

  it('has `doctor`, with the same output, and exit code 1 for a failed check', async () => {
    const cwd = empty();
    await yo(['hello', '--yes'], cwd);
    rmSync(join(cwd, 'hello/nix/python.nix'));
    const doctor = (program: readonly string[]) =>
      execute([bin(program[0] as string), ...program.slice(1), '--json'], {
        cwd: join(cwd, 'hello'),
        env: environment(),
        user,
      });
    const said = await doctor(['yo', 'nix-python-container:doctor']);
    const told = JSON.parse(said.stdout) as { checks: { name: string; state: string }[] };
    const expected = JSON.parse((await doctor(['nix-python-container', 'doctor'])).stdout) as typeof told;
    // Free disk space changes all the time.
    const lasting = ({ checks }: typeof told) => checks.filter(({ name }) => name !== 'disk');
    assert.deepEqual(lasting(told), lasting(expected));
    assert.equal(told.checks.find(({ name }) => name === 'files')?.state, 'failed');
    assert.equal(said.code, 1);
  });

  it('has `ci`, which writes and prints what the command does', async () => {
    const [ours, theirs] = [empty(), empty()];
    for (const cwd of [ours, theirs])
      await execute([bin('nix-python-container'), '.', '--yes', '--name=hello'], { cwd, user });
    const flags = ['github', 'gitlab', '--diff'];
    const said = await execute([bin('yo'), 'nix-python-container:ci', ...flags], {
      cwd: ours,
      env: environment(),
      user,
    });
    assert.equal(said.code, 0, said.stderr);
    assert.deepEqual(said, await command(['ci', ...flags], { cwd: theirs }));
    assert.deepEqual(treeOf(ours), treeOf(theirs));
    const refused = await execute([bin('yo'), 'nix-python-container:ci', 'travis'], {
      cwd: ours,
      env: environment(),
      user,
    });
    assert.equal(refused.code, 2);
    assert.match(refused.stderr, /unknown CI provider "travis"\.\nChoose from github, gitlab\./);
  });

  it('has `update`, which does and prints what the command does, with exit code 1 on conflicts', async () => {
    const [ours, theirs] = [empty(), empty()];
    const next = ['--nixpkgs', '25.11', '--bazel=8', '--python', '3.13'];
    for (const cwd of [ours, theirs]) {
      const old = ['--nixpkgs=24.05', '--bazel=6', '--python=3.11'];
      await execute([bin('nix-python-container'), '.', '--yes', '--name=hello', ...old], { cwd, user });
      writeFileSync(
        join(cwd, 'BUILD.bazel'),
        readFileSync(join(cwd, 'BUILD.bazel'), 'utf8').replace('//image', '//mine'),
      );
    }
    const before = treeOf(ours);
    for (const [flags, code] of [
      [[...next, '--dry-run', '--diff'], 0],
      [next, 1],
      [['--json'], 1],
    ] as const) {
      const said = await execute([bin('yo'), 'nix-python-container:update', ...flags], {
        cwd: ours,
        env: environment(),
        user,
      });
      const expected = await command(['update', ...flags], { cwd: theirs });
      assert.equal(said.code, code, said.stderr);
      assert.deepEqual([said.code, said.stdout.replaceAll(ours, theirs)], [expected.code, expected.stdout]);
      if (!flags.some(flag => flag === '--json')) assert.equal(said.stderr.replaceAll(ours, theirs), expected.stderr);
      assert.deepEqual(treeOf(ours), treeOf(theirs));
    }
    assert.match(readFileSync(join(ours, 'BUILD.bazel'), 'utf8'), /^<<<<<<< yours$/m);
    assert.notDeepEqual(treeOf(ours), before);
  });

  it('runs by npx in a pipeline: without a terminal, with only PATH and HOME, as root too', async () => {
    const cwd = mkdtempSync(join(folder, 'd-'));
    const npx = ['setsid', '--wait', 'npx', '--no', '--', 'nix-python-container'] as const;
    const { code, stdout, stderr } = await execute([...npx, 'new', 'hello', '--yes', '--json', '--ci=gitlab'], { cwd });
    assert.equal(code, 0, stderr);
    assert.equal(JSON.parse(stdout).target, join(cwd, 'hello'));
    assert.ok(existsSync(join(cwd, 'hello/.gitlab-ci.yml')));
  });

  it('exits with 2 for invalid usage, and says what to do', async () => {
    const cwd = empty();
    for (const [args, says] of [
      [['hello', '--pyhton', '3.13'], /Unknown option: --pyhton\.\nDid you mean --python\?/],
      [['hello', '--yes=no'], /--yes takes no value, but got "no"\./],
      [['hello'], /Missing answers: .*--packages, .*; there is no terminal to ask on\.\nSet them/],
    ] as const) {
      const { code, stdout, stderr } = await yo(args, cwd);
      assert.equal(code, 2, stderr);
      assert.match(stderr, says);
      assert.doesNotMatch(stderr, /\n\s+at /);
      assert.equal(stdout, '');
    }
    const { stdout } = await yo(['hello', '--yes', '--bazel', '99', '--json'], cwd);
    assert.equal(JSON.parse(stdout).error.exitCode, 2);
    assert.deepEqual(treeOf(cwd), {});
  });

  it('exits with 1 for a changed file, and touches nothing', async () => {
    const cwd = empty();
    await yo(['hello', '--yes'], cwd);
    writeFileSync(join(cwd, 'hello/hello.py'), 'mine = 1\n');
    const before = treeOf(cwd);
    const { code, stderr } = await yo(['hello', '--yes'], cwd);
    assert.equal(code, 1);
    assert.match(stderr, /Nothing was written\.\nKeep your changes: yo nix-python-container:update/);
    assert.deepEqual(treeOf(cwd), before);
  });

  it('shows every flag, the examples and its version', async () => {
    const cwd = empty();
    const { code, stdout } = await yo(['--help'], cwd);
    assert.equal(code, 0);
    for (const { flag } of flagHelp()) assert.match(stdout, new RegExp(`--${flag} `));
    assert.match(stdout, /yo nix-python-container hello --yes/);
    assert.doesNotMatch(stdout, /--skip-cache/);
    assert.equal((await yo(['-h'], cwd)).stdout, stdout);
    assert.match((await yo(['--version'], cwd)).stdout, /^\d+\.\d+\.\d+\n$/);
    assert.deepEqual(treeOf(cwd), {});
  });

  it('asks on a terminal, and takes the defaults with the Enter key', async () => {
    const [ours, theirs] = [empty(), empty()];
    const terminal = yoOnTerminal(['hello'], ours);
    for (const prompt of [...askedBut().map(name => questions[name].message), 'everything right']) {
      await terminal.answer(prompt, key.enter);
    }
    assert.equal(await terminal.end(), 0, terminal.text);
    await command(['hello', '--yes'], { cwd: theirs });
    assert.deepEqual(treeOf(ours), treeOf(theirs));
    const ci = yoOnTerminal(['other'], ours, { CI: 'true' });
    await ci.until('no terminal to ask on');
    assert.equal(await ci.end(), 2);
  });

  it('ends with 130 and writes nothing at Ctrl-C or SIGTERM in a prompt', async () => {
    const cwd = empty();
    for (const stop of [(on: Terminal) => on.type(key.interrupt), (on: Terminal) => on.kill('SIGTERM')]) {
      const terminal = yoOnTerminal(['hello'], cwd);
      await terminal.answer('Name of the project', key.enter);
      await terminal.until('Revision of nixpkgs');
      stop(terminal);
      assert.equal(await terminal.end(), 130, terminal.text);
      assert.match(terminal.text, /Interrupted: nothing was written/);
    }
    assert.deepEqual(treeOf(cwd), {});
  });

  it('ends with 130 and writes nothing at SIGINT in a download', async () => {
    const cwd = empty();
    // It takes the request and never answers.
    const server = createServer();
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/nixpkgs.tar.gz`;
    const ended = await yo(['hello', '--yes', '--nixpkgs', url], cwd, child => {
      server.on('connection', socket => {
        socket.on('error', () => {});
        socket.once('data', () => child.kill('SIGINT'));
      });
    });
    server.close();
    assert.equal(ended.code, 130, ended.stderr);
    assert.match(ended.stderr, /was stopped\.\nNothing was written\./);
    assert.ok(!existsSync(join(cwd, 'hello')));
    assert.deepEqual(treeOf(cwd), {});
  });
});
