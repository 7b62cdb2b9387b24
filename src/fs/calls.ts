import {
  accessSync,
  fsync as fsyncInThread,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  rmdirSync,
  symlinkSync,
  unlinkSync,
  type MakeDirectoryOptions,
  type RmOptions,
  type Stats,
} from 'node:fs';

// The calls of node:fs/promises that are needed here, made synchronously: those of Node go through its thread pool, which takes
// longer than most calls do, and loading them takes longer than writing a project.

/** How long calls may keep Node from handling a signal, in seconds. */
const longestBlock = 0.005;
let lastTurn = 0;

/** Makes a synchronous call, after a turn of the event loop if one is due. Errors are those of the file system. */
export async function inTurn<Result>(call: () => Result): Promise<Result> {
  if (process.uptime() - lastTurn > longestBlock) {
    await new Promise(resolve => setImmediate(resolve));
    lastTurn = process.uptime();
  }
  return call();
}

export const access = (path: string, mode?: number): Promise<void> => inTurn(() => accessSync(path, mode));
export const link = (path: string, name: string): Promise<void> => inTurn(() => linkSync(path, name));
export const lstat = (path: string): Promise<Stats> => inTurn(() => lstatSync(path));
export const mkdir = (path: string, options?: MakeDirectoryOptions): Promise<void> =>
  inTurn(() => void mkdirSync(path, options));
export const readdir = (path: string): Promise<string[]> => inTurn(() => readdirSync(path));
export const readBytes = (path: string): Promise<Buffer> => inTurn(() => readFileSync(path));
export const readlink = (path: string): Promise<string> => inTurn(() => readlinkSync(path));
export const realpath = (path: string): Promise<string> => inTurn(() => realpathSync.native(path));
export const rename = (path: string, name: string): Promise<void> => inTurn(() => renameSync(path, name));
export const rm = (path: string, options?: RmOptions): Promise<void> => inTurn(() => rmSync(path, options));
export const rmdir = (path: string): Promise<void> => inTurn(() => rmdirSync(path));
export const symlink = (target: string, path: string): Promise<void> => inTurn(() => symlinkSync(target, path));
export const unlink = (path: string): Promise<void> => inTurn(() => unlinkSync(path));

/** Waits for the disk in a thread of Node's, since that can take long. */
export const fsync = (descriptor: number): Promise<void> =>
  new Promise((resolve, reject) => fsyncInThread(descriptor, error => (error ? reject(error) : resolve())));
