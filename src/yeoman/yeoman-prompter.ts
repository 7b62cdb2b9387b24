import type { InputOutputAdapter } from '@yeoman/types';
import type { Prompter } from '../load/context.ts';
import { asFailure } from '../errors/as-failure.ts';
import { askThrough, chooseThrough, type Prompt, resolveConflictThrough } from '../terminal/prompts.ts';

type Adapter = InputOutputAdapter & { readonly signal?: AbortSignal };
interface Streams {
  readonly stdin?: { readonly isTTY?: boolean };
  readonly stdout?: { readonly isTTY?: boolean };
}

/**
 * Whether questions can be asked. An adapter on streams needs stdin and stdout to be a terminal, outside of CI; one without
 * streams (of an editor, of a test) answers in its own way.
 */
export function canAsk(adapter: object, environment: Readonly<Record<string, string | undefined>>): boolean {
  const { stdin, stdout } = ((adapter as { actualAdapter?: object }).actualAdapter ?? adapter) as Streams;
  return stdin === undefined || Boolean(stdin.isTTY && stdout?.isTTY && !environment.CI);
}

/**
 * A prompter that asks through Yeoman's adapter.
 * @param signal ends a prompt that is waiting for an answer
 */
export function yeomanPrompter(adapter: Adapter, signal: AbortSignal): Prompter {
  const interrupted = new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
  interrupted.catch(() => {});
  // After Ctrl-C the environment fails with the prompt's own error, whatever is thrown here: `yo` shows its message and code.
  adapter.signal?.addEventListener('abort', () => {
    const reason: unknown = adapter.signal?.reason;
    const { message, code } = asFailure(reason, signal);
    if (reason instanceof Error && reason.name === 'ExitPromptError') Object.assign(reason, { message, code });
  });
  const prompt: Prompt = async question => {
    const answers = await Promise.race([adapter.prompt<Record<string, unknown>>([question as never]), interrupted]);
    return answers[question.name];
  };
  return { ask: askThrough(prompt), resolveConflict: resolveConflictThrough(prompt), choose: chooseThrough(prompt) };
}
