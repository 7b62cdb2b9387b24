import { PassThrough, type Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import { back } from '../model/questions.ts';

/** What a prompt of inquirer takes beside its question. It is read when the prompt ends. */
export interface PromptContext {
  readonly input: Readable;
  readonly signal: AbortSignal;
  readonly clearPromptOnDone: boolean;
}

type Stdin = Pick<NodeJS.ReadStream, 'on' | 'removeListener' | 'setRawMode' | 'resume' | 'pause'>;

interface Current {
  readonly input: PassThrough;
  readonly goBack: (() => void) | undefined;
  isBusy: boolean;
}

const escape = '\u001b';
const interrupt = '\u0003';
const endOfInput = '\u0004';

// oxlint-disable-next-line no-control-regex -- what terminals send for keys begins with one
const oneKey = /\u001b(?:\[[0-?]*[ -/]*[@-~]|O[^]|[^[O\u001b])|\r\n|[^]/gu;
// oxlint-disable-next-line no-control-regex
const unfinished = /\u001b(?:\[[0-?]*[ -/]*|O)?$/;

/** How long the rest of a key can take to come, in milliseconds: after that, it was the Escape key alone. */
const patience = 50;

/** Splits what a terminal sent into keys, and what may be the beginning of one more. */
export function splitKeys(text: string): { readonly keys: readonly string[]; readonly rest: string } {
  const rest = unfinished.exec(text)?.[0] ?? '';
  const keys = (text.slice(0, text.length - rest.length).match(oneKey) ?? []).map(key => (key === '\r\n' ? '\r' : key));
  return { keys, rest };
}

/**
 * The keys of a terminal, for one prompt after the other. Each prompt gets a key when it has dealt with the one before, and what it
 * does not read is kept for the next: nothing that is typed ahead or pasted is lost. Escape goes back.
 */
export class Keys {
  private readonly waiting: string[] = [];
  private readonly decoder = new StringDecoder('utf8');
  private readonly stdin: Stdin;
  private rest = '';
  private timer: NodeJS.Timeout | undefined;
  private current: Current | undefined;
  private isOpen = false;

  constructor(stdin: Stdin = process.stdin) {
    this.stdin = stdin;
  }

  /**
   * Runs a prompt.
   * @param signal ends it
   * @returns `back` if Escape was pressed and there is a question to go back to
   */
  async during<Answer>(
    prompt: (context: PromptContext) => Promise<Answer>,
    { signal, canGoBack }: { readonly signal: AbortSignal; readonly canGoBack: boolean },
  ): Promise<Answer | typeof back> {
    const left = new AbortController();
    const input = new PassThrough();
    const context = { input, signal: AbortSignal.any([signal, left.signal]), clearPromptOnDone: false };
    const goBack = (): void => {
      context.clearPromptOnDone = true;
      left.abort();
    };
    const current = { input, goBack: canGoBack ? goBack : undefined, isBusy: false };
    this.open();
    this.current = current;
    try {
      const answer = prompt(context);
      void this.deliver(current);
      return await answer;
    } catch (error) {
      if (left.signal.aborted && !signal.aborted) return back;
      throw error;
    } finally {
      this.current = undefined;
      // Unless the next question follows at once.
      setImmediate(() => this.current ?? this.close());
    }
  }

  private async deliver(to: Current): Promise<void> {
    if (to.isBusy) return;
    to.isBusy = true;
    // A prompt first has to look for what it offers.
    await settled();
    while (this.current === to) {
      const key = this.waiting.shift();
      if (key === undefined) break;
      if (key === escape) to.goBack?.();
      else to.input.write(key);
      await settled();
    }
    to.isBusy = false;
  }

  private readonly take = (chunk: Buffer | string): void => {
    clearTimeout(this.timer);
    const { keys, rest } = splitKeys(this.rest + (typeof chunk === 'string' ? chunk : this.decoder.write(chunk)));
    this.rest = rest;
    if (rest !== '') this.timer = setTimeout(() => this.finish(), patience);
    this.add(keys);
  };

  /** No more of the key has come: it is what it is. */
  private finish(): void {
    const key = this.rest;
    this.rest = '';
    this.add(key === '' ? [] : [key]);
  }

  private add(keys: readonly string[]): void {
    if (keys.some(key => key === interrupt || key === endOfInput)) {
      this.stop();
      return;
    }
    this.waiting.push(...keys);
    if (this.current) void this.deliver(this.current);
  }

  private readonly stop = (): void => {
    this.waiting.length = 0;
    if (this.current) this.current.input.write(interrupt);
    else process.kill(process.pid, 'SIGINT');
  };

  private open(): void {
    if (this.isOpen) return;
    this.isOpen = true;
    this.stdin.setRawMode(true);
    this.stdin.on('data', this.take);
    this.stdin.on('end', this.stop);
    this.stdin.resume();
  }

  /** Gives the terminal back: programs that are run next may read from it, and Ctrl-C is a signal again. */
  private close(): void {
    if (!this.isOpen) return;
    this.isOpen = false;
    clearTimeout(this.timer);
    this.finish();
    this.stdin.removeListener('data', this.take);
    this.stdin.removeListener('end', this.stop);
    this.stdin.setRawMode(false);
    this.stdin.pause();
  }
}

/** A prompt has dealt with a key: it has drawn, and looked for what to offer. */
const settled = async (): Promise<void> => {
  for (let turn = 0; turn < 2; turn++) await new Promise(resolve => setImmediate(resolve));
};
