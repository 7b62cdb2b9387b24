import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { badRequest } from '../errors/failure.ts';
import type { DownloadOptions, Source } from './options.ts';
import { shown } from './download-error.ts';

const pieceSize = 1 << 18;

/** @throws Failure (exit code 2) if the URL leads to no file. */
export async function openFile(url: string, { signal }: DownloadOptions): Promise<Source> {
  const hint = 'Give the file:// URL of a tar archive, with the whole path: file:///home/me/nixpkgs.tar.gz.';
  const { host } = new URL(url);
  if (host !== '') throw badRequest(`${shown(url)} names another machine ("${host}").`, hint);
  const path = fileURLToPath(url);
  const facts = await stat(path).catch((error: NodeJS.ErrnoException) => {
    throw badRequest(
      `${shown(url)} cannot be read: ${error.code === 'ENOENT' ? 'no such file' : error.message}.`,
      hint,
      error,
    );
  });
  if (!facts.isFile())
    throw badRequest(`${shown(url)} is not a regular file but ${facts.isDirectory() ? 'a folder' : 'a device'}.`, hint);
  return { body: createReadStream(path, { highWaterMark: pieceSize, ...(signal && { signal }) }), total: facts.size };
}
