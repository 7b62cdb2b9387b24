import { EventEmitter, once } from 'node:events';
import { stripVTControlCharacters } from 'node:util';
import pty from '@lydell/node-pty';
import xterm from '@xterm/headless';
import { inherited, main, type Place } from '../commands/process.ts';

/** Keys, as a terminal sends them. */
export const key = {
  enter: '\r',
  down: '\u001b[B',
  up: '\u001b[A',
  escape: '\u001b',
  interrupt: '\u0003',
} as const;

const running = new Set<Terminal>();

/** Ends processes that a failed test left waiting for an answer. */
export function endAll(): void {
  for (const terminal of running) terminal.kill();
  running.clear();
}

/** The command, or another program, on a real pseudo-terminal. */
export class Terminal {
  private seen = '';
  private read = 0;
  private exited = false;
  private readonly events = new EventEmitter();
  private readonly child;
  private readonly columns: number;
  private readonly ended: Promise<number>;

  constructor(
    args: readonly string[],
    cwd: string,
    env: Record<string, string> = {},
    {
      program = [process.execPath, main],
      user,
      columns = 120,
    }: { readonly program?: readonly string[]; readonly user?: Place['user']; readonly columns?: number } = {},
  ) {
    const [file = '', ...first] = program;
    this.child = pty.spawn(file, [...first, ...args], {
      cwd,
      ...user,
      cols: columns,
      rows: 40,
      env: { ...inherited(), TERM: 'xterm-256color', ...env },
    });
    this.child.onData(data => {
      this.seen += data;
      this.events.emit('change');
    });
    this.columns = columns;
    running.add(this);
    this.ended = new Promise(resolve =>
      this.child.onExit(({ exitCode }) => {
        this.exited = true;
        this.events.emit('change');
        resolve(exitCode);
      }),
    );
  }

  /** The output after the text that the last `until` found, without control sequences. */
  get text(): string {
    return stripVTControlCharacters(this.seen).slice(this.read);
  }

  /** The whole output. */
  get raw(): string {
    return this.seen;
  }

  /** The lines as the terminal shows them, with those that it has scrolled away. */
  async screen(): Promise<string[]> {
    const { active } = await this.emulated();
    return Array.from({ length: active.length }, (_, at) => active.getLine(at)?.translateToString(true) ?? '');
  }

  /** Waits until what is left of the cursor ends in a pattern, as a shell completes a line. */
  async completed(pattern: RegExp, patience = 15_000): Promise<void> {
    const timeout = AbortSignal.timeout(patience);
    for (;;) {
      const line = await this.lineOfCursor();
      if (pattern.test(line)) return;
      if (this.exited || timeout.aborted) throw new Error(`waited for ${pattern} and saw: ${line}`);
      await once(this.events, 'change', { signal: timeout }).catch(() => {});
    }
  }

  private async lineOfCursor(): Promise<string> {
    const { active } = await this.emulated();
    const row = active.getLine(active.baseY + active.cursorY);
    return row?.translateToString(false, 0, active.cursorX) ?? '';
  }

  private async emulated() {
    const emulator = new xterm.Terminal({ cols: this.columns, rows: 40, scrollback: 1000, allowProposedApi: true });
    await new Promise<void>(resolve => emulator.write(this.seen, resolve));
    return emulator.buffer;
  }

  /** Waits until a text is printed, `patience` milliseconds at most. */
  async until(text: string | RegExp, patience = 15_000): Promise<void> {
    const timeout = AbortSignal.timeout(patience);
    const pattern = typeof text === 'string' ? new RegExp(text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')) : text;
    for (;;) {
      const found = pattern.exec(this.text);
      if (found) {
        this.read += found.index + found[0].length;
        return;
      }
      if (this.exited || timeout.aborted) throw new Error(`waited for ${text} and saw:\n${this.text}`);
      // A timeout rejects it; the loop then reports what was seen.
      await once(this.events, 'change', { signal: timeout }).catch(() => {});
    }
  }

  type(text: string): void {
    this.child.write(text);
  }

  /** Waits for a prompt, then types. The terminal keeps what is typed until the prompt reads it. */
  async answer(prompt: string, text: string): Promise<void> {
    await this.until(prompt);
    this.type(text);
  }

  kill(signal = 'SIGKILL'): void {
    this.child.kill(signal);
  }

  /** The exit code, once the process has ended. */
  end(): Promise<number> {
    return this.ended;
  }
}
