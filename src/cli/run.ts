import { ExitCode } from '../errors/failure.ts';
import { printFailure } from '../terminal/messages.ts';
import { completeWord } from './shells.ts';
import { commands } from './commands.ts';
import { parseFlags } from './flags.ts';
import { asFailure, stackTrace } from '../errors/as-failure.ts';
import { failureDocument, jsonDocument } from '../commands/json-output.ts';
import { limitsOf, type Request } from '../commands/request.ts';
import type { Context } from '../load/context.ts';

/**
 * Runs the command that the arguments ask for. Prints errors, and never throws.
 * @returns the exit code
 */
export async function run(args: readonly string[], context: Context): Promise<ExitCode> {
  if (args[0] === completeWord) {
    const { printCandidates } = await import('./print-candidates.ts');
    return printCandidates(args.slice(1), context);
  }
  try {
    return await dispatch(parseFlags(args), context);
  } catch (error) {
    const failure = asFailure(error, context.signal);
    // From the arguments themselves: the flags may be what could not be parsed.
    if (args.includes('--json')) context.stdout.write(failureDocument(failure));
    printFailure(failure, context.stderr);
    if (args.includes('--verbose')) context.stderr.write(stackTrace(error));
    return failure.exitCode;
  }
}

async function dispatch(request: Request, context: Context): Promise<ExitCode> {
  if (request.on.has('help')) {
    const { help } = await import('./help.ts');
    const isDocument = request.on.has('json');
    const text = help(request.command, isDocument ? undefined : context.stdout);
    context.stdout.write(isDocument ? jsonDocument({ help: text }) : text);
    return ExitCode.done;
  }
  if (request.on.has('version')) {
    const { version } = await import('../load/generator-version.ts');
    context.stdout.write(request.on.has('json') ? jsonDocument({ version: version() }) : `${version()}\n`);
    return ExitCode.done;
  }
  const limits = limitsOf(request);
  const command = await commands[request.command].load();
  return command(request, { ...context, ...limits });
}
