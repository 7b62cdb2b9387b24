import type { Readable } from 'node:stream';
import { decompressed } from './compression.ts';
import { explain, shown, TooSlow } from './download-error.ts';
import { openFile } from './local-file.ts';
import { defaultPatience, type DownloadOptions, slowest, type Source } from './options.ts';
import type { Archive } from './tar.ts';

/**
 * The tar archive at a URL (https:, http: or file:), decompressed as it arrives. Nothing is stored.
 * Reading it fails with a Failure: exit code 2 if a file: URL leads to no file, 130 if it was stopped, 1 for everything else.
 */
export const archiveAt = (url: string, options: DownloadOptions = {}): Archive => ({
  name: shown(url),
  ...(options.maxArchive !== undefined && { maxArchive: options.maxArchive }),
  read: () => download(url, options),
});

async function* download(url: string, options: DownloadOptions): AsyncGenerator<Uint8Array> {
  const count = { received: 0, total: undefined as number | undefined };
  try {
    const { body, total } = await open(url, options);
    count.total = total;
    yield* await decompressed(counted(body, count, options));
  } catch (error) {
    throw explain(error, url, count, options.signal);
  }
}

/** What speaks HTTP is loaded here: files need none of it. */
async function open(url: string, options: DownloadOptions): Promise<Source> {
  if (url.startsWith('file:')) return openFile(url, options);
  const { openHttp } = await import('./http.ts');
  return openHttp(url, options);
}

async function* counted(
  body: Readable,
  count: { received: number; total: number | undefined },
  { onProgress, patience = defaultPatience }: DownloadOptions,
): AsyncGenerator<Uint8Array> {
  onProgress?.(0, count.total);
  // Only the time counts that the server takes, not that of the reader.
  let [waited, got, asked] = [0, 0, performance.now()];
  for await (const bytes of body as AsyncIterable<Uint8Array>) {
    waited += performance.now() - asked;
    got += bytes.length;
    count.received += bytes.length;
    if (waited > patience) {
      if (got < (slowest * patience) / 1000) throw new TooSlow();
      [waited, got] = [0, 0];
    }
    onProgress?.(count.received, count.total);
    yield bytes;
    asked = performance.now();
  }
}
