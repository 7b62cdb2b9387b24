import Generator, { type BaseOptions } from 'yeoman-generator';
import { flagNames, type Request, refuseFlag, request } from '../../command/flags.ts';
import { flagHelp } from '../../command/help.ts';
import { apply, type Prepared, prepare, type Surroundings } from '../../command/new.ts';
import { nextSteps } from '../../command/next-steps.ts';
import { badRequest, ExitCode, Failure } from '../../project/failure.ts';
import type { Plan } from '../../project/plan.ts';
import { askThrough, type Prompt, settleThrough } from '../../terminal/prompts.ts';
import { describePlan, screenOn } from '../../terminal/screen.ts';

// What `yo`, the environment and yeoman-test hand to every generator; `yo` adds each flag in kebab case too.
const yeomansOwn = [
  '_meta askAnswered ask-answered cwd debug destinationRoot env environmentVersion environment-version forceInstall',
  'force-install forwardErrorToEnvironment generateOptions generators help initialGenerator insight localOnly local-only',
  'logger namespace nodePackageManager resolved sharedData skipCache skip-cache skipInstall skip-install skipLocalCache',
  'skip-local-cache skipParseOptions',
].flatMap(names => names.split(' '));

/** `yo nix-python-container`: the command's `new` with Yeoman's flags and prompts. The disk is left to our own commit. */
export default class extends Generator {
  private readonly screen = screenOn(process.stderr);
  private request!: Request;
  private prepared!: Prepared;
  private plan: Plan = [];

  constructor(args: string[], options: BaseOptions) {
    super(args, options, { customCommitTask: true, customInstallTask: true, tasksMatchingPriority: true });
    this.argument('folder', { type: String, required: false, description: 'Where the project goes' });
    for (const { flag, help, takesValue } of flagHelp()) {
      if (flag !== 'help') this.option(flag, { type: takesValue ? String : Boolean, description: help });
    }
  }

  async prompting(): Promise<void> {
    this.request = this.readRequest();
    this.prepared = await asYoShowsIt(prepare(this.request, this.surroundings()));
  }

  async writing(): Promise<void> {
    this.plan = await asYoShowsIt(apply(this.prepared, this.request, this.surroundings()));
  }

  end(): void {
    const { target, project } = this.prepared;
    process.stdout.write(describePlan(this.plan, this.screen));
    if (!this.request.on.has('dry-run')) {
      this.screen.write(nextSteps(target, project, this.plan, this.surroundings()));
    }
  }

  private readRequest(): Request {
    for (const key of Object.keys(this._initOptions)) {
      const flag = key.replaceAll(/[A-Z]/g, letter => `-${letter.toLowerCase()}`);
      if (!flagNames().includes(flag) && !yeomansOwn.includes(key)) refuseFlag(`--${flag}`);
    }
    for (const { flag, takesValue } of flagHelp()) {
      const value = (this.options as Record<string, unknown>)[flag];
      if (!takesValue && typeof value === 'string') {
        throw badRequest(`--${flag} takes no value, not "${value}".`, `Write "${value}" before --${flag}.`);
      }
    }
    return request(this.options as Record<string, unknown>, this.args);
  }

  private surroundings(): Surroundings {
    const prompt: Prompt = async question => {
      const answers = await this.prompt<{ answer: unknown }>([{ ...question, name: 'answer' } as never]);
      return answers.answer;
    };
    const interactive = process.stdin.isTTY && process.stdout.isTTY && !process.env.CI;
    return {
      folder: this.env.cwd,
      environment: process.env,
      today: new Date(),
      screen: this.screen,
      signal: new AbortController().signal,
      ...(interactive ? { ask: askThrough(prompt), settle: settleThrough(prompt) } : {}),
    };
  }
}

/** `yo` prints an error's message alone and ends with its `code`. */
async function asYoShowsIt<Result>(work: Promise<Result>): Promise<Result> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof Failure)
      throw new Failure(`${error.message}\n${error.hint}`, error.hint, error.exitCode, error);
    if ((error as Error).name === 'ExitPromptError') {
      throw new Failure('Interrupted: nothing was written.', '', ExitCode.interrupted, error);
    }
    throw error;
  }
}
