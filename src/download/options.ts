import type { Readable } from 'node:stream';

/** How far a download is: bytes received and, if the server says, how many there are in all. */
export type Progress = (received: number, total?: number) => void;

export const defaultPatience = 30_000;
/** The fewest bytes a second that a server may send. */
export const slowest = 1000;

export interface DownloadOptions {
  readonly onProgress?: Progress | undefined;
  readonly signal?: AbortSignal | undefined;
  /** How long a server may keep silent, in milliseconds. It also has to send 1,000 bytes a second, on average over that time. */
  readonly patience?: number | undefined;
  /** How much the archive may hold, unpacked, in GiB. */
  readonly maxArchive?: number | undefined;
}

/** What a URL leads to: its bytes as they come, and how many there will be, if that is known. */
export interface Source {
  readonly body: Readable;
  readonly total: number | undefined;
}
