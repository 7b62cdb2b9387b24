import type Generator from 'yeoman-generator';
import type { BaseOptions } from 'yeoman-generator';
import { type Command, commands } from '../cli/commands.ts';
import { flagHelp } from '../cli/help.ts';
import { withInterruption } from '../cli/interruption.ts';
import { failureDocument } from '../commands/json-output.ts';
import { type CommandName, type Request, type Switch, switches } from '../commands/request.ts';
import { asFailure, stackTrace } from '../errors/as-failure.ts';
import { version } from '../load/generator-version.ts';
import { outputStream } from '../terminal/output.ts';
import { requestOf } from './options.ts';

/**
 * A generator that is Yeoman's door to a command: the same flags, questions and output, with Yeoman's prompts.
 * The disk is left to our own commit: Yeoman's is not atomic.
 * @param Base Yeoman's class, which is not loaded for the command
 */
export const yeomanGenerator = (Base: typeof Generator, name: CommandName) =>
  class extends Base {
    private readonly stderr = outputStream(process.stderr);
    private readonly stdout = outputStream(process.stdout);
    private readonly yeomans: readonly string[];
    private request!: Request;

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
      for (const [option, spec] of Object.entries(this._options)) spec.hide = option !== 'help';
      const { words }: Command = commands[name];
      const many = words.most > 1;
      this.argument(words.name, { type: many ? Array : String, required: false, description: words.help });
      for (const { flag, help, takesValue } of flagHelp(commands[name])) {
        const { short }: Switch = switches[flag as keyof typeof switches] ?? {};
        const type = takesValue ? String : Boolean;
        if (flag !== 'help') this.option(flag, { type, description: help, ...(short ? { alias: short } : {}) });
      }
    }

    /** Before any task, and not for --help. */
    _postConstruct(): Promise<void> {
      return this.attempt(async () => {
        this.request = requestOf(name, this._args, this._initOptions, this.yeomans);
      });
    }

    initializing(): void {
      const { on } = this.request;
      if (!on.has('help') && !on.has('version')) return;
      this.stdout.write(`${on.has('help') ? this.help() : version()}\n`);
      this.cancelCancellableTasks();
    }

    writing(): Promise<void> {
      return this.attempt(async signal => {
        const run = await (commands[name] as Command).load();
        const { adapter, cwd } = this.env;
        const asking = !this.isOn('yes') && !this.isOn('json');
        const { canAsk, yeomanPrompter } = asking ? await import('./yeoman-prompter.ts') : {};
        const interactive = canAsk?.(adapter, process.env) === true;
        const exitCode = await run(this.request, {
          folder: cwd,
          environment: process.env,
          today: new Date(),
          stderr: this.stderr,
          stdout: this.stdout,
          signal,
          interactive,
          ...(interactive ? { prompter: async () => yeomanPrompter?.(adapter, signal) ?? {} } : {}),
        });
        // What a command tells as its result, and not as an error.
        process.exitCode ||= exitCode;
      });
    }

    /** Does a part of the work; a failure is made into what `yo` shows: an error's message, and its code as exit code. */
    private attempt(work: (signal: AbortSignal) => Promise<void>): Promise<void> {
      return withInterruption(async signal => {
        try {
          await work(signal);
        } catch (error) {
          const failure = asFailure(error, signal);
          if (this.isOn('json')) this.stdout.write(failureDocument(failure));
          if (this.isOn('verbose')) this.stderr.write(stackTrace(error));
          failure.message += `\n${failure.hint}`;
          throw failure;
        }
      });
    }

    /** Asked of the options themselves: the request may be what is wrong. */
    private isOn(flag: string): boolean {
      return (this._initOptions as Record<string, unknown>)[flag] === true || this._args.includes(`--${flag}`);
    }
  };
