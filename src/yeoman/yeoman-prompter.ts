import type { InputOutputAdapter } from '@yeoman/types';
import type { Prompter } from '../load/context.ts';
import { asFailure } from '../errors/as-failure.ts';
import type { Prompt, PromptQuestion } from '../terminal/prompt-form.ts';
import { prompterThrough } from '../terminal/prompts.ts';

type Adapter = InputOutputAdapter & { readonly signal?: AbortSignal };

/** What is used of the adapter of a terminal. */
interface TerminalAdapter {
  readonly stdin?: { readonly isTTY?: boolean };
  readonly stdout?: { readonly isTTY?: boolean; readonly columns?: number };
  /** Inquirer's, to which kinds of prompts can be added. */
  readonly promptModule?: { readonly registerPrompt?: (name: string, prompt: RegisteredPrompt) => void };
}

type RegisteredPrompt = (
  config: { readonly question: PromptQuestion },
  context: { readonly signal: AbortSignal },
) => Promise<unknown>;

const terminalOf = (adapter: object): TerminalAdapter =>
  (adapter as { actualAdapter?: object }).actualAdapter ?? adapter;

/**
 * Whether questions can be asked. An adapter on streams needs stdin and stdout to be a terminal, outside of CI; one without
 * streams (of an editor, of a test) answers in its own way.
 */
export function canAsk(adapter: object, environment: Readonly<Record<string, string | undefined>>): boolean {
  const { stdin, stdout } = terminalOf(adapter);
  return stdin === undefined || Boolean(stdin.isTTY && stdout?.isTTY && !environment.CI);
}

/**
 * A prompter that asks through Yeoman's adapter.
 * @param signal ends a prompt that is waiting for an answer
 */
export async function yeomanPrompter(adapter: Adapter, signal: AbortSignal): Promise<Prompter> {
  const interrupted = new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
  interrupted.catch(() => {});
  // After Ctrl-C the environment fails with the prompt's own error, whatever is thrown here: `yo` shows its message and code.
  adapter.signal?.addEventListener('abort', () => {
    const reason: unknown = adapter.signal?.reason;
    const { message, code } = asFailure(reason, signal);
    if (reason instanceof Error && reason.name === 'ExitPromptError') Object.assign(reason, { message, code });
  });
  const own = await ownPrompts(terminalOf(adapter));
  const form = own ?? plain;
  const prompt: Prompt = async question => {
    const answers = await Promise.race([
      adapter.prompt<Record<string, unknown>>([form(question) as never]),
      interrupted,
    ]);
    return answers[question.name];
  };
  return prompterThrough(prompt, own !== undefined);
}

/** A question for any adapter: it cannot go back. */
const plain = ({
  purpose: _purpose,
  canGoBack: _canGoBack,
  editable: _editable,
  ...question
}: PromptQuestion): object => question;

/** Adds the command's own prompts to an adapter on the terminal of this process: the same keys, the same looks. */
async function ownPrompts({
  stdin,
  stdout,
  promptModule,
}: TerminalAdapter): Promise<((question: PromptQuestion) => object) | undefined> {
  if (stdin !== process.stdin || !promptModule?.registerPrompt) return undefined;
  const { inquirerPrompt } = await import('../terminal/inquirer-prompt.ts');
  const { Keys } = await import('../terminal/keys.ts');
  const ask = inquirerPrompt(new Keys(), () => stdout?.columns ?? 80);
  const type = 'nix-python-container';
  promptModule.registerPrompt(type, ({ question }, { signal }) => ask(question, signal));
  return question => ({ type, name: question.name, message: question.message, question });
}
