import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runInShell } from '../../src/bazel/nix-shell.ts';
import { worktreeOf } from '../../src/commands/undo.ts';
import { run } from '../../src/doctor/machine.ts';
import { nixWithin } from '../../src/nix/run-nix.ts';
import { runGit } from '../../src/process/git.ts';
import { findResolver, runResolver } from '../../src/resolve/resolver.ts';
import { scratch } from '../commands/process.ts';
import { needs } from '../needs.ts';

/** The programs that are run, and variables that must not reach them with the value that they have here. */
const planted = {
  git: [
    ...['GIT_DIR', 'GIT_WORK_TREE', 'GIT_COMMON_DIR', 'GIT_INDEX_FILE', 'GIT_NAMESPACE', 'GIT_PREFIX', 'GIT_CONFIG'],
    ...['GIT_OBJECT_DIRECTORY', 'GIT_ALTERNATE_OBJECT_DIRECTORIES', 'GIT_QUARANTINE_PATH', 'GIT_SHALLOW_FILE'],
    ...['GIT_GRAFT_FILE', 'GIT_REPLACE_REF_BASE', 'GIT_NO_REPLACE_OBJECTS', 'GIT_IMPLICIT_WORK_TREE'],
    ...['GIT_CONFIG_PARAMETERS', 'GIT_INTERNAL_SUPER_PREFIX', 'GIT_INDEX_VERSION', 'GIT_ATTR_SOURCE'],
    ...['GIT_LITERAL_PATHSPECS', 'GIT_GLOB_PATHSPECS', 'GIT_NOGLOB_PATHSPECS', 'GIT_ICASE_PATHSPECS'],
    ...['GIT_TRACE', 'GIT_TRACE_CURL', 'GIT_TRACE2_EVENT', 'GIT_CURL_VERBOSE', 'GIT_REDIRECT_STDOUT'],
    ...['GIT_TERMINAL_PROMPT', 'GIT_ASKPASS', 'SSH_ASKPASS', 'SSH_ASKPASS_REQUIRE', 'GIT_ALLOW_PROTOCOL'],
    ...['LC_ALL', 'LANGUAGE', 'GIT_PAGER', 'PAGER'],
  ],
  nix: [
    ...['NIX_PATH', 'NIX_SHOW_STATS', 'NIX_SHOW_STATS_PATH', 'NIX_COUNT_CALLS', 'NIX_SHOW_SYMBOLS'],
    ...['NIX_PAGER', 'PAGER', 'GIT_DIR', 'GIT_INDEX_FILE', 'GIT_CONFIG_PARAMETERS'],
  ],
  build: [
    ...['GIT_DIR', 'GIT_INDEX_FILE', 'NIX_BUILD_SHELL', 'NIX_SHOW_STATS', 'BASH_ENV', 'ENV', 'SHELLOPTS', 'BASHOPTS'],
    ...['BASH_FUNC_bazel%%', 'CDPATH', 'USE_BAZEL_VERSION', 'BAZEL_REAL', 'BAZELISK_BASE_URL', 'TEST_TMPDIR'],
    ...['TEST_SRCDIR', 'RUNFILES_DIR', 'RUNFILES_MANIFEST_FILE', 'JAVA_RUNFILES', 'PYTHON_RUNFILES'],
    ...['BUILD_WORKSPACE_DIRECTORY', 'PYTHONPATH', 'PYTHONHOME', 'PYTHONSTARTUP', 'VIRTUAL_ENV'],
  ],
  resolver: [
    ...['PYTHONNOUSERSITE', 'PYTHONPATH', 'PYTHONHOME', 'PYTHONSTARTUP', 'VIRTUAL_ENV', 'PIP_REQUIRE_VIRTUALENV'],
    ...['PIP_PYTHON', 'UV_PYTHON', 'UV_PROJECT', 'UV_WORKING_DIRECTORY', 'CONDA_PREFIX', 'GIT_DIR', 'GIT_INDEX_FILE'],
  ],
} as const;

/** Settings of users, and how to reach the network. */
const kept = {
  git: ['GIT_CONFIG_GLOBAL', 'GIT_CEILING_DIRECTORIES', 'GIT_SSH_COMMAND', 'https_proxy', 'XDG_CONFIG_HOME', 'NETRC'],
  nix: ['NIX_CONF_DIR', 'NIX_CONFIG', 'NIX_REMOTE', 'NIX_SSL_CERT_FILE', 'NIXPKGS_ALLOW_UNFREE', 'HTTPS_PROXY'],
  build: ['BAZEL_NIX_REMOTE', 'NIX_PATH', 'NIX_CONF_DIR', 'NIX_SSL_CERT_FILE', 'NO_PROXY', 'NETRC', 'TMPDIR'],
  resolver: ['PIP_INDEX_URL', 'PIP_CONFIG_FILE', 'UV_INDEX', 'NETRC', 'SSL_CERT_FILE', 'HTTPS_PROXY'],
} as const;

describe('the surroundings of a program', () => {
  const folder = scratch();
  const bin = join(folder, 'bin');
  const out = join(folder, 'environment');
  const { signal } = new AbortController();

  before(() => {
    mkdirSync(bin);
    // What it gets, as JSON: bash would leave out functions.
    const script = `#!${process.execPath}\nrequire('fs').writeFileSync(${JSON.stringify(out)}, JSON.stringify(process.env));\n`;
    for (const name of ['git', 'nix-store', 'nix-instantiate', 'nix-build', 'nix-shell', 'uv']) {
      writeFileSync(join(bin, name), script);
      chmodSync(join(bin, name), 0o755);
    }
  });

  const ways: Record<keyof typeof planted, ((environment: Record<string, string>) => Promise<unknown>)[]> = {
    git: [
      environment => runGit(['status'], { environment }),
      environment => run({ environment, folder, signal }, 'git', 'status'),
      environment => worktreeOf(folder, { environment, signal }),
    ],
    nix: [
      environment => nixWithin(10_000, environment, signal)('nix-instantiate', '--version'),
      environment => run({ environment, folder, signal }, 'nix-instantiate', '--version'),
      environment => findResolver({ environment, folder, signal }).catch(() => undefined),
    ],
    build: [
      environment =>
        runInShell(
          ...[{ environment, folder, signal, interactive: false, write: () => {} }, 'true', { progress: false }],
        ),
    ],
    resolver: [
      environment =>
        runResolver({ kind: 'uv', command: ['uv'], python: 'python3' }, ['lock'], { environment, folder, signal }),
    ],
  };

  for (const purpose of ['git', 'nix', 'build', 'resolver'] as const) {
    it(`does not reach it where it runs for ${purpose}, but users' settings do`, async () => {
      for (const way of ways[purpose]) {
        const path = { PATH: `${bin}:${process.env.PATH}` };
        const names = [...planted[purpose], ...kept[purpose]];
        await way({ ...path, ...Object.fromEntries(names.map(name => [name, 'planted'])) });
        const got = JSON.parse(readFileSync(out, 'utf8')) as Record<string, string>;
        const reached = names.filter(name => got[name] === 'planted');
        // findResolver runs uv last, whose environment is that of a resolver.
        if (purpose !== 'nix' || way !== ways.nix[2]) assert.deepEqual(reached, [...kept[purpose]]);
        else assert.equal(reached.includes('GIT_DIR'), false);
      }
    });
  }
});

describe('git in a hostile tree', () => {
  const folder = scratch();
  const trace = join(folder, 'trace');
  const environment = { PATH: process.env.PATH ?? '', HOME: folder };
  const { signal } = new AbortController();
  before(needs('git'));

  /** A repository with a committed file, whose change git has to look for. */
  async function repository(name: string, settings: Record<string, string>, attributes = ''): Promise<string> {
    const tree = join(folder, name);
    const git = (...args: string[]) =>
      runGit(['-c', 'user.name=a', '-c', 'user.email=a@b', ...args], { environment, folder: tree });
    mkdirSync(tree);
    writeFileSync(join(tree, 'file'), 'text\n');
    writeFileSync(join(tree, '.gitattributes'), attributes);
    for (const args of [
      ['init', '-q'],
      ['add', '.'],
      ['commit', '-qm', 'x'],
    ])
      await git(...args);
    for (const [key, value] of Object.entries(settings)) await git('config', key, value);
    writeFileSync(join(tree, 'file'), 'next\n');
    return tree;
  }

  const program = join(folder, 'program');
  before(() => {
    writeFileSync(program, `#!/bin/sh\necho "$0 $*" >> ${trace}\ncat\n`);
    chmodSync(program, 0o755);
  });

  const settings: Record<string, Record<string, string>> = {
    'core.fsmonitor': { 'core.fsmonitor': program },
    'a filter': { 'filter.x.clean': program, 'filter.x.required': 'true' },
    'a filter that is a process': { 'filter.x.process': program },
    'a pager, an editor, askpass and ssh': {
      ...{ 'core.pager': program, 'pager.status': program, 'core.editor': program, 'core.askPass': program },
      ...{ 'core.sshCommand': program, 'diff.external': program, 'credential.helper': program },
    },
  };
  for (const [name, own] of Object.entries(settings)) {
    it(`runs no program that its settings name: ${name}`, async () => {
      const tree = await repository(name.replaceAll(' ', '-'), own, 'file filter=x\n');
      const { dirty, git } = await worktreeOf(tree, { environment, signal });
      assert.deepEqual([dirty, git], [['file'], true]);
      assert.equal(existsSync(trace), false, existsSync(trace) ? readFileSync(trace, 'utf8') : '');
    });
  }

  it('runs no filter with an equals sign in its name, nor one of an included file or of a worktree', async () => {
    const included = join(folder, 'included');
    writeFileSync(included, `[filter "a=b"]\n\tclean = ${program}\n`);
    const own = { 'include.path': included, 'extensions.worktreeConfig': 'true' };
    const tree = await repository('equals', own, 'file filter=a=b\nother filter=y\n');
    writeFileSync(join(tree, '.git/config.worktree'), `[filter "y"]\n\tclean = ${program}\n`);
    assert.deepEqual((await worktreeOf(tree, { environment, signal })).dirty, ['file']);
    assert.equal(existsSync(trace), false);
  });

  it('runs the filters in the settings of the user', async () => {
    const seen = join(folder, 'seen');
    const user = { GIT_CONFIG_COUNT: '1', GIT_CONFIG_KEY_0: 'filter.x.clean', GIT_CONFIG_VALUE_0: `tee ${seen}` };
    const tree = await repository('user', { 'filter.other.clean': program }, 'file filter=x\n');
    await worktreeOf(tree, { environment: { ...environment, ...user }, signal });
    assert.equal(readFileSync(seen, 'utf8'), 'next\n');
    assert.equal(existsSync(trace), false);
  });

  it('runs no hook', async () => {
    const tree = await repository('hooks', {});
    for (const hook of ['post-index-change', 'post-checkout', 'pre-commit', 'reference-transaction']) {
      writeFileSync(join(tree, '.git/hooks', hook), `#!/bin/sh\ntouch ${trace}\n`, { mode: 0o755 });
    }
    assert.equal((await runGit(['add', 'file'], { environment, folder: tree })).fault, undefined);
    assert.equal(existsSync(trace), false);
  });

  it('takes no folder for a repository that only looks like a bare one', async () => {
    const tree = join(folder, 'bare');
    await runGit(['init', '-q', '--bare', tree], { environment, folder });
    await runGit(['config', '--file', join(tree, 'config'), 'core.fsmonitor', program], { environment, folder });
    assert.match((await runGit(['status'], { environment, folder: tree })).message, /cannot use bare repository/);
    assert.equal(existsSync(trace), false);
  });

  it('speaks only the protocols of addresses', async () => {
    const url = `ext::sh -c touch% ${trace}`;
    const allowed = { ...environment, GIT_CONFIG_COUNT: '1', GIT_CONFIG_KEY_0: 'protocol.ext.allow' };
    const options = { environment: { ...allowed, GIT_CONFIG_VALUE_0: 'always' }, folder };
    assert.match((await runGit(['ls-remote', url], options)).message, /transport 'ext' not allowed/);
    assert.equal(existsSync(trace), false);
  });

  it('takes the names of files for names, not for patterns', async () => {
    const tree = await repository('patterns', {});
    writeFileSync(join(tree, '[a]'), '');
    writeFileSync(join(tree, 'a'), '');
    await runGit(['add', '--', '[a]'], { environment, folder: tree });
    const { stdout } = await runGit(['ls-files'], { environment, folder: tree });
    assert.deepEqual(stdout.trim().split('\n'), ['.gitattributes', '[a]', 'file']);
  });
});
