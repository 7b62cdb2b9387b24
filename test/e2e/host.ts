import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { releasesWithBazel } from '../../src/catalog/releases.ts';

/** The repository's own folder; the compiled suite runs from dist/test/e2e. */
export const repository = fileURLToPath(new URL('../../..', import.meta.url));
const sources = join(repository, 'test/e2e');
const cache = process.env.E2E_CACHE ?? '/var/cache/nix-python-container-e2e';
const logs = join(repository, '.e2e');

/** A package index as test/e2e/index/build.py makes it. */
export const packageIndex = join(cache, 'index');

/** Whether the suite uses real nixpkgs and real rules from the network: E2E_BAZEL is the Bazel to test, E2E_ENGINE the container engine. */
export const real = process.env.E2E_REAL === '1';

/** Where a generated project is built: this machine, or the chroot with a newer Debian. */
export interface Host {
  bazel: string;
  /** The release of nixpkgs: one that has this Bazel. The package set that replaces nixpkgs claims to be this release. */
  release: string;
  /** The prefix that turns a path of the host into one of this machine: empty, or the chroot's folder. */
  root: string;
  /** For another machine on the same disk: pairs FROM:OVER, where FROM is seen in place of OVER. */
  mounts?: readonly string[];
}

export const hosts: readonly Host[] = real
  ? [{ bazel: process.env.E2E_BAZEL ?? '8', release: newestWith(process.env.E2E_BAZEL ?? '8'), root: '' }]
  : [
      { bazel: '4', release: '23.11', root: '' },
      { bazel: '7', release: '24.05', root: join(cache, 'forky') },
    ];

function newestWith(bazel: string): string {
  const release = releasesWithBazel(bazel).findLast(({ name }) => /^\d/.test(name));
  assert.ok(release, `no release of nixpkgs has Bazel ${bazel}`);
  return release.name;
}

/** Whether this Bazel reads its dependencies from WORKSPACE. */
export const hasWorkspace = ({ bazel }: Host): boolean => Number(bazel) < 7;

/** The same path on every host, new for each run. Short: podman allows 50 characters for its state folder. */
export const work = mkdtempSync('/var/tmp/npc-e2e-');

export function nixpkgsOf(host: Host): string {
  return `${work}/nixpkgs-${host.release}.tar.gz`;
}

/** Installs what is missing and creates the folder of this run on each host. */
export function provision(): void {
  mkdirSync(logs, { recursive: true });
  if (!real) {
    script('host/provision.sh', join(cache, 'forky'));
    script('index/build.py', join(cache, 'forky'), packageIndex);
  }
  for (const host of hosts) {
    const folder = host.root + work;
    for (const name of ['home', 'nix', 'bin', 'pods']) mkdirSync(join(folder, name), { recursive: true });
    linkPrograms(host, join(folder, 'bin'));
    if (real) continue;
    writeFileSync(join(folder, 'nix/nix.conf'), nixConf);
    cpSync(join(sources, 'rules'), join(folder, 'rules'), { recursive: true, verbatimSymlinks: true });
    script('nixpkgs/pack.sh', cache, host.release, host.root + nixpkgsOf(host));
    if (host.root) cpSync(host.root + nixpkgsOf(host), nixpkgsOf(host));
  }
}

/** Ends the processes that keep the chroots mounted. */
export function leave(): void {
  for (const process of mountHolders.values()) process.kill();
}

export function tidy(): void {
  for (const { root } of hosts) rmSync(root + work, { recursive: true, force: true });
}

// substituters: no binary cache is asked. build-users-group: root builds, without a daemon.
export const nixConf = `sandbox = false
build-users-group =
substituters =
max-jobs = 2
experimental-features = nix-command flakes
`;

// What a machine does not need for a build: a compiler and a Python.
const hidden = /^(cc|c\+\+|c[89]9|cpp|gcc|g\+\+|clang|python|pip|pytest|flask|gunicorn)/;

/** A folder for PATH: links to the host's programs but the hidden ones, a python that fails when called, and Docker. */
function linkPrograms({ root }: Host, folder: string): void {
  for (const name of readdirSync(`${root}/usr/bin`)) {
    if (!hidden.test(name)) symlinkSync(`/usr/bin/${name}`, join(folder, name));
  }
  for (const name of ['python', 'python3']) {
    writeFileSync(join(folder, name), '#!/bin/sh\necho "the Python of the host was called" >&2\nexit 1\n', {
      mode: 0o755,
    });
  }
  rmSync(join(folder, 'docker'), { force: true });
  cpSync(join(sources, 'host/docker'), join(folder, 'docker'));
}

/** Runs a script of the suite. Another run, which may be on its way with the other host, waits for it. */
function script(path: string, ...args: string[]): void {
  const locked = ['/var/tmp/npc-e2e.lock', join(sources, path), ...args];
  const { status } = spawnSync('flock', locked, { stdio: ['ignore', 2, 2] });
  assert.equal(status, 0, `test/e2e/${path} failed`);
}

// Where Nix is installed from its own site, its programs are in a profile.
const profile = (process.env.PATH ?? '').split(':').find(folder => existsSync(join(folder, 'nix-shell')));

export function environment({ root }: Host): Record<string, string> {
  const engine = {
    E2E_CONTAINERS: `${work}/pods`,
    E2E_ENGINE: real ? (process.env.E2E_ENGINE ?? '/usr/bin/docker') : '',
  };
  if (real) {
    return {
      PATH: `${work}/bin:${profile}:/usr/sbin:/sbin`,
      HOME: `${work}/home`,
      USER: userInfo().username,
      LC_ALL: 'C.UTF-8',
      TERM: 'dumb',
      NIX_CONFIG: 'extra-experimental-features = nix-command flakes',
      ...engine,
    };
  }
  return {
    PATH: `${work}/bin:/usr/sbin:/sbin`,
    HOME: `${work}/home`,
    USER: 'root',
    LC_ALL: 'C.UTF-8',
    TERM: 'dumb',
    JAVA_HOME: '/usr/lib/jvm/default-java',
    NIX_CONF_DIR: `${work}/nix`,
    NIX_REMOTE: '',
    ...engine,
    ...(root && { E2E_CHROOT: root, E2E_HOST: `/proc/${process.pid}/ns/mnt` }),
  };
}

const mountHolders = new Map<Host, ChildProcess>();

/** The process id that keeps the mounts of a host for the whole run: a Bazel server outlives the command that started it. */
export function mountHolder(host: Host): number {
  let process = mountHolders.get(host);
  if (!process) {
    const { root, mounts = [] } = host;
    process = spawn(join(sources, 'host/enter.sh'), [root || '/', 'sleep', 'infinity'], {
      stdio: 'ignore',
      env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', E2E_BINDS: mounts.join(' ') },
    });
    mountHolders.set(host, process);
    const end = Date.now() + 10_000;
    while (readFileSync(`/proc/${process.pid}/comm`, 'utf8') !== 'sleep\n') {
      assert.ok(Date.now() < end, `cannot enter ${root || mounts.join(' ')}`);
    }
  }
  return process.pid as number;
}

/**
 * Starts a shell command in a folder of the host, in its own process group; its output goes to the log.
 * @param by a program and its arguments that start it, on this machine
 */
export function start(
  host: Host,
  folder: string,
  command: string,
  log: string,
  by: readonly string[] = [],
): ChildProcess {
  const env = environment(host);
  const inside = `cd '${folder}' && ${command}`;
  const chroot =
    host.root || host.mounts
      ? ['/usr/bin/nsenter', `--mount=/proc/${mountHolder(host)}/ns/mnt`, '/usr/sbin/chroot', host.root || '/']
      : [];
  const [program, ...args] = [...by, ...chroot, '/bin/sh', '-c', inside];
  const child = spawn(program, args, { env, detached: true });
  appendFileSync(log, `\n$ ${command}\n`);
  child.stdout?.on('data', data => appendFileSync(log, data));
  child.stderr?.on('data', data => appendFileSync(log, data));
  return child;
}

export interface Ended {
  code: number | null;
  /** Both streams, in order of arrival. */
  output: string;
  stdout: string;
}

/** Runs a command to its end; `by` as for start. */
export async function run(host: Host, folder: string, command: string, by: readonly string[] = []): Promise<Ended> {
  const child = start(host, folder, command, logOf(host), by);
  const ended: Ended = { code: null, output: '', stdout: '' };
  child.stdout?.on('data', data => {
    ended.output += data;
    ended.stdout += data;
  });
  child.stderr?.on('data', data => {
    ended.output += data;
  });
  ended.code = await new Promise((resolve, reject) => child.on('close', resolve).on('error', reject));
  return ended;
}

/** Runs a command that must succeed; returns its standard output without the last line break. */
export async function must(host: Host, folder: string, command: string): Promise<string> {
  const { code, output, stdout } = await run(host, folder, command);
  assert.equal(code, 0, `${command}\n${output.split('\n').slice(-40).join('\n')}\n(full log: ${logOf(host)})`);
  return stdout.trimEnd();
}

const ownLogs = new Set<string>();

export function logOf({ bazel }: Host): string {
  const log = join(logs, `bazel-${bazel}.log`);
  ownLogs.add(log);
  return log;
}

export function appendToLog(host: Host, text: string): void {
  appendFileSync(logOf(host), text);
}

/** Deletes the logs of a step that passed. */
export function emptyLogs(): void {
  for (const log of ownLogs) rmSync(log, { force: true });
}
