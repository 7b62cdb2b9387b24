import Generator, { type BaseOptions } from 'yeoman-generator';
import type { Built } from '../../bazel/build.ts';
import { type Request, type Switch, switches } from '../../command/flags.ts';
import { flagHelp } from '../../command/help.ts';
import { interruptible } from '../../command/interruption.ts';
import type { Prepared, Surroundings } from '../../command/new.ts';
import { asFailure, failureDocument, tell, trace } from '../../command/outcome.ts';
import { version } from '../../command/version.ts';
import type { Plan } from '../../project/plan.ts';
import { screenOn } from '../../terminal/screen.ts';
import { requestOf } from '../options.ts';

/** `yo nix-python-container`: the command's `new` with Yeoman's flags and prompts. The disk is left to our own commit. */
export default class extends Generator {
  private readonly screen = screenOn(process.stderr);
  private readonly out = screenOn(process.stdout);
  private readonly yeomans: readonly string[];
  private request!: Request;
  private prepared!: Prepared;
  private plan: Plan = [];
  private built?: Built;

  constructor(args: string[], options: BaseOptions) {
    // Without parsing: `options.ts` reads what was given, as strictly as the command does.
    super(args, options, {
      customCommitTask: true,
      customInstallTask: true,
      skipParseOptions: true,
      tasksMatchingPriority: true,
    });
    const { options: ofEnvironment, sharedOptions } = this.env as { options?: object; sharedOptions?: object };
    this.yeomans = Object.keys({ ...this._options, ...ofEnvironment, ...sharedOptions });
    // They stand for what Yeoman would do on the disk: nothing, here.
    for (const [name, option] of Object.entries(this._options)) option.hide = name !== 'help';
    this.argument('folder', { type: String, required: false, description: 'Where the project goes' });
    for (const { flag, help, takesValue } of flagHelp()) {
      const { short }: Switch = switches[flag as keyof typeof switches] ?? {};
      const type = takesValue ? String : Boolean;
      if (flag !== 'help') this.option(flag, { type, description: help, ...(short ? { alias: short } : {}) });
    }
  }

  /** Before any task, and not for --help. */
  _postConstruct(): Promise<void> {
    return this.attempt(async () => {
      this.request = requestOf(this._args, this._initOptions, this.yeomans);
    });
  }

  initializing(): void {
    const { on } = this.request;
    if (!on.has('help') && !on.has('version')) return;
    this.out.write(`${on.has('help') ? this.help() : version()}\n`);
    this.cancelCancellableTasks();
  }

  prompting(): Promise<void> {
    return this.attempt(async around => {
      const { prepare } = await import('../../command/new.ts');
      this.prepared = await prepare(this.request, around);
    });
  }

  writing(): Promise<void> {
    return this.attempt(async around => {
      const { apply } = await import('../../command/new.ts');
      this.plan = await apply(this.prepared, this.request, around);
    });
  }

  install(): Promise<void> {
    return this.attempt(async around => {
      const { on } = this.request;
      if (!on.has('build') || on.has('dry-run')) return;
      const { buildIn } = await import('../../command/build.ts');
      const interactive = around.ask !== undefined;
      this.built = await buildIn(this.prepared.target, this.prepared.project.name, { ...around, interactive });
    });
  }

  end(): void {
    tell(
      this.prepared,
      this.plan,
      this.request,
      { folder: this.env.cwd, screen: this.screen, out: this.out },
      this.built,
    );
  }

  /** Does a part of the work; a failure is made into what `yo` shows: an error's message, and its code as exit code. */
  private attempt(work: (around: Surroundings) => Promise<void>): Promise<void> {
    return interruptible(async signal => {
      try {
        await work(await this.surroundings(signal));
      } catch (error) {
        const failure = asFailure(error, signal);
        if (this.isOn('json')) this.out.write(failureDocument(failure));
        if (this.isOn('verbose')) this.screen.write(trace(error));
        failure.message += `\n${failure.hint}`;
        throw failure;
      }
    });
  }

  private async surroundings(signal: AbortSignal): Promise<Surroundings> {
    const { adapter, cwd } = this.env;
    const asking = this.request && !this.isOn('yes') && !this.isOn('json');
    const { canAsk, personBehind } = asking ? await import('../person.ts') : {};
    return {
      folder: cwd,
      environment: process.env,
      today: new Date(),
      screen: this.screen,
      signal,
      ...(canAsk?.(adapter, process.env) ? personBehind?.(adapter, signal) : {}),
    };
  }

  /** Asked of the options themselves: the request may be what is wrong. */
  private isOn(flag: string): boolean {
    return (this._initOptions as Record<string, unknown>)[flag] === true || this._args.includes(`--${flag}`);
  }
}
