import type { OutputStream } from './output.ts';

/** Shows how far a download is. */
export interface Progress {
  /** Takes the bytes received so far, and the total if it is known. */
  readonly update: (received: number, total?: number) => void;
  /** Clears the line. */
  readonly done: () => void;
}

/** On a terminal, a line that is redrawn at most ten times a second; elsewhere, one line, once something has come. */
export function progressOn({ live, write, columns }: OutputStream, what: string): Progress {
  let last = 0;
  let isSaid = live;
  let drawn = false;
  return {
    update: (received, total) => {
      if (!isSaid) write(`${what}\n`);
      isSaid = true;
      const now = Date.now();
      if (!live || now - last < 100) return;
      last = now;
      drawn = true;
      write(`\r\u001b[K${`${what} ${bar(received, total)}`.slice(0, columns - 1)}`);
    },
    done: () => {
      if (drawn) write('\r\u001b[K');
    },
  };
}

/** Shows that some work goes on: on a terminal, how long it takes, on a line that is cleared at its end; elsewhere, one line at the start. */
export async function showWaiting<Value>(
  { live, write, columns }: OutputStream,
  what: string,
  work: () => Promise<Value>,
): Promise<Value> {
  if (!live) {
    write(`${what}\n`);
    return work();
  }
  const started = Date.now();
  const draw = (): void => {
    const text = `${what} … ${Math.round((Date.now() - started) / 1000)} s`;
    write(`\r\u001b[K${text.slice(0, columns - 1)}`);
  };
  draw();
  const timer = setInterval(draw, 1000);
  try {
    return await work();
  } finally {
    clearInterval(timer);
    write('\r\u001b[K');
  }
}

function bar(received: number, total?: number): string {
  const size = `${(received / 1e6).toFixed(1)} MB`;
  if (!total) return size;
  const part = Math.min(1, received / total);
  const filled = Math.round(part * 20);
  return `[${'#'.repeat(filled)}${' '.repeat(20 - filled)}] ${Math.floor(part * 100)} % of ${(total / 1e6).toFixed(1)} MB`;
}
