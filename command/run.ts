import { ExitCode, Failure } from '../project/failure.ts';
import type { Plan } from '../project/plan.ts';
import { describePlan } from '../terminal/screen.ts';
import { parseFlags, type Request } from './flags.ts';
import { apply, type Prepared, prepare, type Surroundings } from './new.ts';
import { nextSteps } from './next-steps.ts';

/** What the command runs in. */
export interface World extends Omit<Surroundings, 'ask' | 'settle'> {
  /** Where results go: stdout. */
  readonly print: (text: string) => void;
  /** Is there a person at a terminal, on both sides? */
  readonly interactive: boolean;
}

/**
 * Runs the command.
 * @returns what the process should end with; it never throws
 */
export async function run(args: readonly string[], world: World): Promise<ExitCode> {
  // Read before anything can fail, so that a failure comes in the form that was asked for.
  const verbose = args.includes('--verbose');
  const json = args.includes('--json');
  try {
    return await dispatch(parseFlags(args), world);
  } catch (error) {
    return complain(error, { verbose, json }, world);
  }
}

async function dispatch(request: Request, world: World): Promise<ExitCode> {
  if (request.on.has('help')) {
    const { help } = await import('./help.ts');
    world.print(help());
    return ExitCode.done;
  }
  if (request.on.has('version')) {
    const { version } = await import('./version.ts');
    world.print(`${version()}\n`);
    return ExitCode.done;
  }
  const [first, ...rest] = request.positionals;
  const around = world.interactive && !request.on.has('json') ? { ...world, ...(await people()) } : world;
  const wanted = { ...request, positionals: first === 'new' ? rest : request.positionals };
  const prepared = await prepare(wanted, around);
  const plan = await apply(prepared, wanted, around);
  tell(prepared, plan, wanted, world);
  return ExitCode.done;
}

/** Ways to ask a person, loaded only where there is one. */
async function people(): Promise<Pick<Surroundings, 'ask' | 'settle'>> {
  const { askOnTerminal, settleOnTerminal } = await import('../terminal/person.ts');
  return { ask: askOnTerminal, settle: settleOnTerminal };
}

function tell({ target, project, answers, warnings }: Prepared, plan: Plan, request: Request, world: World): void {
  const written = !request.on.has('dry-run');
  if (request.on.has('json')) {
    const steps = plan.map(({ action, path }) => ({ action, path }));
    world.print(`${JSON.stringify({ target, written, answers, pin: project.pin, warnings, steps }, undefined, 2)}\n`);
    return;
  }
  world.print(describePlan(plan, { ...world.screen }));
  if (written) world.screen.write(nextSteps(target, project, plan, world));
}

/** Tells what went wrong, and what the process ends with. */
function complain(error: unknown, { verbose, json }: { verbose: boolean; json: boolean }, world: World): ExitCode {
  const { screen, print } = world;
  const { colors } = screen;
  if (world.signal.aborted || isInterruption(error)) {
    screen.write('Interrupted: nothing was written.\n');
    if (json) print(`${JSON.stringify({ error: { message: 'interrupted', exitCode: ExitCode.interrupted } })}\n`);
    return ExitCode.interrupted;
  }
  const failure = error instanceof Failure ? error : unexpected(error);
  screen.write(`${colors.red('error:')} ${failure.message}\n       ${failure.hint}\n`);
  if (verbose) screen.write(`${(error as Error).stack ?? error}\n`);
  const { message, hint, exitCode } = failure;
  if (json) print(`${JSON.stringify({ error: { message, hint, exitCode } }, undefined, 2)}\n`);
  return exitCode;
}

const unexpected = (error: unknown): Failure =>
  new Failure(
    `Something went wrong that should not: ${error instanceof Error ? error.message : String(error)}`,
    'Run it again with --verbose, and please report what it prints.',
    ExitCode.failed,
    error,
  );

/** Ctrl-C in a prompt. */
const isInterruption = (error: unknown): boolean => error instanceof Error && error.name === 'ExitPromptError';
