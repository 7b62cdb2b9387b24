import type { Readable } from 'node:stream';

/** How far a download is: bytes received and, if the server says, how many there are in all. */
export type Progress = (received: number, total?: number) => void;

export interface DownloadOptions {
  readonly onProgress?: Progress | undefined;
  readonly signal?: AbortSignal | undefined;
  /** How long a server may keep silent, in milliseconds. */
  readonly patience?: number | undefined;
}

/** What a URL leads to: its bytes as they come, and how many there will be, if that is known. */
export interface Source {
  readonly body: Readable;
  readonly total: number | undefined;
}
