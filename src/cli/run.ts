import { ExitCode, type Failure } from '../errors/failure.ts';
import { commands } from './commands.ts';
import { parseFlags, type Request } from './flags.ts';
import { asFailure, document, failureDocument, stackTrace } from '../commands/report.ts';
import type { Context } from '../load/context.ts';

/**
 * Runs the command.
 * @returns what the process should end with; it never throws
 */
export async function run(args: readonly string[], world: Context): Promise<ExitCode> {
  try {
    return await dispatch(parseFlags(args), world);
  } catch (error) {
    const failure = asFailure(error, world.signal);
    // Read from what was typed, so that a failure to read the flags comes in the form that was asked for too.
    if (args.includes('--json')) world.out.write(failureDocument(failure));
    printFailure(failure, world);
    if (args.includes('--verbose')) world.screen.write(stackTrace(error));
    return failure.exitCode;
  }
}

async function dispatch(request: Request, world: Context): Promise<ExitCode> {
  if (request.on.has('help')) {
    const { help } = await import('./help.ts');
    const text = help(request.command);
    world.out.write(request.on.has('json') ? document({ help: text }) : text);
    return ExitCode.done;
  }
  if (request.on.has('version')) {
    const { version } = await import('../load/generator-version.ts');
    world.out.write(request.on.has('json') ? document({ version: version() }) : `${version()}\n`);
    return ExitCode.done;
  }
  const command = await commands[request.command].load();
  return command(request, world);
}

function printFailure({ message, hint, exitCode }: Failure, { screen }: Context): void {
  if (exitCode === ExitCode.interrupted) screen.write(`${message}\n`);
  else screen.write(`${screen.colors.red('error:')} ${message}\n       ${hint}\n`);
}
