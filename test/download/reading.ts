import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { archiveAt } from '../../src/download/archive.ts';
import type { DownloadOptions } from '../../src/download/options.ts';
import { narHashOfTar } from '../../src/download/tar.ts';
import { Failure } from '../../src/errors/failure.ts';

export const read = (url: string, options?: DownloadOptions) => narHashOfTar(archiveAt(url, options));

/** The Failure that reading a URL ends in. */
export async function failure(url: string, options?: DownloadOptions): Promise<Failure> {
  const error = await read(url, options).then(
    () => assert.fail('It was read.'),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof Failure, String(error));
  assert.doesNotMatch(error.message, /\n/);
  return error;
}

/** Text that hardly compresses, always the same. */
export function noise(length: number): string {
  let text = '';
  for (let at = 0; text.length < length; at++) text += createHash('sha512').update(`${at}`).digest('base64');
  return text.slice(0, length);
}
