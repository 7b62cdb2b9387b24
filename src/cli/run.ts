import { ExitCode, type Failure } from '../errors/failure.ts';
import { commands } from './commands.ts';
import { parseFlags, type Request } from './flags.ts';
import { asFailure, document, failureDocument, trace } from '../commands/report.ts';
import type { World } from '../load/context.ts';

/**
 * Runs the command.
 * @returns what the process should end with; it never throws
 */
export async function run(args: readonly string[], world: World): Promise<ExitCode> {
  try {
    return await dispatch(parseFlags(args), world);
  } catch (error) {
    const failure = asFailure(error, world.signal);
    // Read from what was typed, so that a failure to read the flags comes in the form that was asked for too.
    if (args.includes('--json')) world.out.write(failureDocument(failure));
    complain(failure, world);
    if (args.includes('--verbose')) world.screen.write(trace(error));
    return failure.exitCode;
  }
}

async function dispatch(request: Request, world: World): Promise<ExitCode> {
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

function complain({ message, hint, exitCode }: Failure, { screen }: World): void {
  if (exitCode === ExitCode.interrupted) screen.write(`${message}\n`);
  else screen.write(`${screen.colors.red('error:')} ${message}\n       ${hint}\n`);
}
