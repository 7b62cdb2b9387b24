import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Host, logOf, start } from './host.ts';
import type { Project } from './project.ts';

/** A port that nothing listens on. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise(resolve => server.once('listening', resolve));
  const { port } = server.address() as { port: number };
  await new Promise(resolve => server.close(resolve));
  return port;
}

export interface Answer {
  status: number;
  server: string;
  text: string;
}

/** The first response of http://127.0.0.1:PORT/, or of another path. Waits for two minutes at most, or until `alive` is false. */
export async function answer(port: number, alive: () => boolean = () => true, path = '/'): Promise<Answer> {
  const end = Date.now() + 120_000;
  for (;;) {
    try {
      const response = await fetch(`http://127.0.0.1:${port}${path}`);
      return { status: response.status, server: response.headers.get('server') ?? '', text: await response.text() };
    } catch (cause) {
      if (!alive() || Date.now() > end) throw new Error(`no response on port ${port}`, { cause });
      await sleep(100);
    }
  }
}

/** The executable, by /proc, that listens on a port. */
export function listener(port: number): string {
  const hex = port.toString(16).toUpperCase().padStart(4, '0');
  const sockets = readFileSync('/proc/net/tcp', 'utf8')
    .split('\n')
    .filter(line => line.split(/\s+/)[2]?.endsWith(`:${hex}`) && line.split(/\s+/)[4] === '0A')
    .map(line => `socket:[${line.split(/\s+/)[10]}]`);
  for (const pid of readdirSync('/proc').filter(name => /^\d+$/.test(name))) {
    try {
      const open = readdirSync(`/proc/${pid}/fd`).map(fd => readlinkSync(`/proc/${pid}/fd/${fd}`));
      if (open.some(target => sockets.includes(target))) return readlinkSync(`/proc/${pid}/exe`);
    } catch {
      // it has just ended
    }
  }
  assert.fail(`nothing listens on port ${port}`);
}

/** Ends a process group and waits for its leader to exit. */
export async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise(resolve => child.once('close', resolve));
  process.kill(-(child.pid as number), 'SIGTERM');
  await Promise.race([ended, sleep(5000)]);
  if (child.exitCode === null && child.signalCode === null) process.kill(-(child.pid as number), 'SIGKILL');
  await ended;
}

/** Starts a server of the project, requests its page, and ends it. */
export async function serves(
  { host, folder }: Project,
  command: string,
): Promise<{ text: string; executable: string }> {
  const port = await freePort();
  const child = start(host, folder, `PORT=${port} ${command}`, logOf(host));
  try {
    const { status, text } = await answer(port, () => child.exitCode === null);
    assert.equal(status, 200);
    return { text, executable: listener(port) };
  } finally {
    await stop(child);
  }
}

export function isFromNix({ root }: Host, executable: string): void {
  assert.ok(executable.startsWith(`${root}/nix/store/`), executable);
}

/** Waits until a process listens on a port. */
export async function listening(port: number): Promise<void> {
  for (let attempt = 0; attempt < 100; attempt++) {
    const open = await new Promise<boolean>(resolve => {
      const socket = connect(port, '127.0.0.1', () => resolve(true)).on('error', () => resolve(false));
      socket.once('connect', () => socket.destroy());
    });
    if (open) return;
    await sleep(50);
  }
  assert.fail(`nothing listens on port ${port}`);
}
