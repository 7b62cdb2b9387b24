import fs, { type MakeDirectoryOptions, type RmOptions, type Stats } from 'node:fs';

// What we need of node:fs/promises, without its threads: the way to one and back takes longer than most calls, and to load
// all that, longer than to write a project. Between two calls Node gets its turn, so that it hears of a signal.

/** Makes calls once Node had its turn. Errors are those of the file system. */
export async function inTurn<Result>(call: () => Result): Promise<Result> {
  await new Promise(resolve => setImmediate(resolve));
  return call();
}

export const access = (path: string, mode?: number): Promise<void> => inTurn(() => fs.accessSync(path, mode));
export const link = (path: string, name: string): Promise<void> => inTurn(() => fs.linkSync(path, name));
export const lstat = (path: string): Promise<Stats> => inTurn(() => fs.lstatSync(path));
export const mkdir = (path: string, options?: MakeDirectoryOptions): Promise<void> =>
  inTurn(() => void fs.mkdirSync(path, options));
export const readdir = (path: string): Promise<string[]> => inTurn(() => fs.readdirSync(path));
export const readBytes = (path: string): Promise<Buffer> => inTurn(() => fs.readFileSync(path));
export const readlink = (path: string): Promise<string> => inTurn(() => fs.readlinkSync(path));
export const realpath = (path: string): Promise<string> => inTurn(() => fs.realpathSync.native(path));
export const rename = (path: string, name: string): Promise<void> => inTurn(() => fs.renameSync(path, name));
export const rm = (path: string, options?: RmOptions): Promise<void> => inTurn(() => fs.rmSync(path, options));
export const rmdir = (path: string): Promise<void> => inTurn(() => fs.rmdirSync(path));
export const symlink = (target: string, path: string): Promise<void> => inTurn(() => fs.symlinkSync(target, path));
export const unlink = (path: string): Promise<void> => inTurn(() => fs.unlinkSync(path));

/** Waits for the disk, in a thread: that can be long. */
export const fsync = (descriptor: number): Promise<void> =>
  new Promise((resolve, reject) => fs.fsync(descriptor, error => (error ? reject(error) : resolve())));
