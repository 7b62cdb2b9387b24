import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { missingLine } from '../documents/match-output.ts';
import { readDocument, type RunStep, type Step } from '../documents/read-document.ts';
import { installCommand } from './command.ts';
import { type Ended, type Host, hosts, logOf, real, repository, run, start, work } from './host.ts';
import { doubles, newAnswers } from './project.ts';

const document = 'docs/tutorial.md';
const sections = readDocument(readFileSync(join(repository, document), 'utf8'));

/** A network of its own, in which each port is free: documents name ports, and both hosts may be tested at once. */
class Network {
  private holder: ChildProcess | undefined;
  /** What starts a process in it: start's `by`. */
  by: readonly string[] = [];

  async open(): Promise<void> {
    // That of a user who is not root, whose machine it is.
    if (real) return;
    const script = 'ip link set lo up && echo up && exec sleep infinity';
    const holder = spawn('/usr/bin/unshare', ['--net', '/bin/sh', '-c', script], { stdio: ['ignore', 'pipe', 2] });
    this.holder = holder;
    await new Promise<void>((resolve, reject) => {
      holder.stdout?.once('data', () => resolve());
      holder.once('exit', code => reject(new Error(`no network: ${code}`)));
    });
    this.by = ['/usr/bin/nsenter', `--net=/proc/${holder.pid}/ns/net`];
  }

  close(): void {
    this.holder?.kill();
  }
}

/** What somebody has who follows a document on a host: a folder, and processes that are still running. */
class Reader {
  private readonly host: Host;
  private readonly folder: string;
  private readonly stands: string;
  private readonly network = new Network();
  private running: { readonly child: ChildProcess; readonly step: RunStep } | undefined;

  constructor(host: Host) {
    this.host = host;
    this.folder = `${work}/tutorial-${host.bazel}`;
    mkdirSync(`${host.root}${this.folder}/home`, { recursive: true });
    // Docker, which is outside of the chroot, gets paths of the host.
    if (host.root) symlinkSync(host.root + this.folder, this.folder);
    writeFileSync(`${host.root}${this.folder}/home/.bazelrc`, doubles(host));
    writeFileSync(`${host.root}${this.folder}/at`, `${this.folder}\n`);
    // The documents' commands take no flags for versions: here are those of this host.
    const flags = newAnswers(host);
    const versions = ['nixpkgs', 'python', 'bazel'].map(name => {
      const value = flags[flags.indexOf(`--${name}`) + 1] as string;
      return `NIX_PYTHON_CONTAINER_${name.toUpperCase()}='${value}'`;
    });
    const path = `${dirname(installCommand(host))}:$PATH`;
    this.stands = `export HOME=${this.folder}/home PATH=${path} ${versions.join(' ')}`;
  }

  open = (): Promise<void> => this.network.open();

  async follow(step: Step): Promise<void> {
    if (step.kind === 'write') this.write(step.path, step.text);
    else if (step.ends === 'not') await this.startServer(step);
    else this.check(step, await this.run(step.command));
  }

  /** Ctrl-C to what runs. */
  async interrupt(): Promise<void> {
    if (!this.running) return;
    const { child, step } = this.running;
    this.running = undefined;
    const ended = new Promise(resolve => child.once('close', resolve));
    process.kill(-(child.pid as number), 'SIGINT');
    const inTime = await Promise.race([ended.then(() => true), sleep(20_000).then(() => false)]);
    if (!inTime) process.kill(-(child.pid as number), 'SIGKILL');
    assert.ok(inTime, `${document}:${step.line}: does not end on Ctrl-C`);
  }

  private write(path: string, text: string): void {
    const file = join(this.host.root + this.currentFolder(), path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }

  private async startServer(step: RunStep): Promise<void> {
    await this.interrupt();
    const script = this.shellScript(step.command);
    const child = start(this.host, this.currentFolder(), script, logOf(this.host), this.network.by);
    this.running = { child, step };
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', data => (output += data));
    const end = Date.now() + 120_000;
    for (;;) {
      const missing = missingLine(step.output ?? [], output);
      if (missing === undefined) return;
      const { exitCode } = child;
      assert.equal(exitCode, null, `${document}:${step.line}: ended with ${exitCode}\n${output}`);
      assert.ok(Date.now() < end, `${document}:${step.line}: does not print: ${missing}\n${output}`);
      await sleep(100);
    }
  }

  private check({ line, ends, output: expected }: RunStep, { code, output }: Ended): void {
    const place = `${document}:${line}`;
    if (ends === 'well') assert.equal(code, 0, `${place}\n${output}`);
    else assert.notEqual(code, 0, `${place}: does not fail\n${output}`);
    if (!expected) return;
    const missing = missingLine(expected, output);
    assert.equal(missing, undefined, `${place}: does not print: ${missing}\n${output}`);
  }

  /** A script of these commands that ends with the first that fails, and keeps the current folder for the next block. */
  private shellScript(command: string): string {
    return `${this.stands}\ntrap 'pwd >${this.folder}/at' EXIT\nset -e\n${command}`;
  }

  private currentFolder(): string {
    return readFileSync(`${this.host.root}${this.folder}/at`, 'utf8').trimEnd();
  }

  async close(): Promise<void> {
    if (existsSync(`${this.host.root}${this.currentFolder()}/shell.nix`)) {
      await this.run(`nix-shell --run 'bazel shutdown'`);
    }
    this.network.close();
  }

  private run(command: string): Promise<Ended> {
    return run(this.host, this.currentFolder(), this.shellScript(command), this.network.by);
  }
}

for (const host of hosts) {
  describe(`The tutorial, Bazel ${host.bazel}`, function () {
    // Each section goes on where the one before it ended.
    this.bail(true);
    let reader: Reader;

    before('a folder and a network', async () => {
      reader = new Reader(host);
      await reader.open();
    });
    afterEach('Ctrl-C', async () => {
      await reader.interrupt();
    });
    after('stop Bazel', async () => {
      await reader.close();
    });

    for (const { title, steps } of sections) {
      it(title, async () => {
        for (const step of steps) await reader.follow(step);
      });
    }
  });
}
