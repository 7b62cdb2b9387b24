import type Generator from 'yeoman-generator';
import type { BaseOptions } from 'yeoman-generator';
import { type Command, commands } from '../cli/commands.ts';
import { flagHelp } from '../cli/help.ts';
import { withInterruption } from '../cli/interruption.ts';
import { failureDocument } from '../commands/json-output.ts';
import { type CommandName, limitsOf, type Request, type Switch, switches } from '../commands/request.ts';
import { asFailure, stackTrace } from '../errors/as-failure.ts';
import { version } from '../load/generator-version.ts';
import { prose } from '../terminal/messages.ts';
import { outputStream } from '../terminal/output.ts';
import { requestOf } from './options.ts';

/**
 * A Yeoman generator that runs a command: with the same options, questions and output, and Yeoman's prompts. It writes files by
 * `commit`, since Yeoman's own way is not atomic.
 * @param Base Yeoman's class, passed in so that the command itself does not load it
 */
export const yeomanGenerator = (Base: typeof Generator, name: CommandName) =>
  class extends Base {
    private readonly stderr = outputStream(process.stderr, process.env, 'yo');
    private readonly stdout = outputStream(process.stdout, process.env, 'yo');
    private readonly yeomanOptions: readonly string[];
    private request!: Request;

    constructor(args: string[], options: BaseOptions) {
      // Not parsed by Yeoman: `options.ts` is as strict as the command.
      super(args, options, {
        customCommitTask: true,
        customInstallTask: true,
        skipParseOptions: true,
        tasksMatchingPriority: true,
      });
      const { options: ofEnvironment, sharedOptions } = this.env as { options?: object; sharedOptions?: object };
      this.yeomanOptions = Object.keys({ ...this._options, ...ofEnvironment, ...sharedOptions });
      // Yeoman's own options are about how it writes files, which it does not do here.
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

    /** Runs before any task, but not for --help. */
    _postConstruct(): Promise<void> {
      return this.attempt(async () => {
        this.request = requestOf(name, this._args, this._initOptions, this.yeomanOptions);
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
          ...limitsOf(this.request),
          ...(interactive ? { prompter: async () => (await yeomanPrompter?.(adapter, signal)) ?? {} } : {}),
        });
        // A command may fail without an error: doctor, for one.
        process.exitCode ||= exitCode;
      });
    }

    /** Runs a part of the work. `yo` prints the message of what is thrown, and ends with its code. */
    private attempt(work: (signal: AbortSignal) => Promise<void>): Promise<void> {
      return withInterruption(async signal => {
        try {
          await work(signal);
        } catch (error) {
          const failure = asFailure(error, signal);
          if (this.isOn('json')) this.stdout.write(failureDocument(failure));
          if (this.isOn('verbose')) this.stderr.write(stackTrace(error));
          failure.message = prose(`${failure.message}\n${failure.hint}`, this.stderr);
          throw failure;
        }
      });
    }

    /** Read from the options themselves: the request may be invalid. */
    private isOn(flag: string): boolean {
      return (this._initOptions as Record<string, unknown>)[flag] === true || this._args.includes(`--${flag}`);
    }
  };
