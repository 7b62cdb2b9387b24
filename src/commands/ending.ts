import { existsSync } from 'node:fs';
import { delimiter, join, relative } from 'node:path';
import type { Context } from '../load/context.ts';
import type { Pin } from '../pin/pin.ts';
import type { Plan } from '../plan/plan.ts';
import { printWarning, prose } from '../terminal/messages.ts';
import { changes } from '../terminal/output.ts';
import { shellPath } from '../text/shell-quote.ts';
import { nextSteps, undoText } from './next-steps.ts';
import type { Request } from './request.ts';

/** What a command that writes ends with, after its result. */
export interface Ending {
  /** The folder of the project. */
  readonly target: string;
  /** What was carried out; with `--dry-run`, what would be. */
  readonly plan: Plan;
  readonly warnings: readonly string[];
  /** The commands to run next, in that folder. */
  readonly next: readonly string[];
  /** The pin, if it is new: is Nix new enough for it? */
  readonly pin?: Pin | undefined;
  /** The command that undoes it. */
  readonly undo?: string | undefined;
}

type Surroundings = Pick<Context, 'folder' | 'stderr' | 'environment' | 'signal'>;

/** Prints the warnings, and unless the result is a document: what to run next, how to undo it, and whether this machine can build it. */
export async function printEnding(
  { target, plan, warnings, next, undo, pin }: Ending,
  { on }: Pick<Request, 'on'>,
  context: Surroundings,
): Promise<void> {
  const { stderr } = context;
  for (const warning of warnings) printWarning(warning, stderr);
  if (on.has('json')) return;
  if (on.has('dry-run')) {
    stderr.write('Dry run: nothing was written.\n');
    return;
  }
  if (changes(plan).length === 0) {
    stderr.write('Nothing was changed.\n');
    return;
  }
  if (next.length > 0) stderr.write(nextSteps(target, next, context));
  if (undo !== undefined) stderr.write(undoText(undo, target, context));
  if (!next.some(line => line.startsWith('nix-shell '))) return;
  const obstacle = await obstacleOf(pin, context);
  if (obstacle === undefined) return;
  const folder = relative(context.folder, target);
  const doctor = `nix-python-container doctor ${folder === '' ? '' : shellPath(folder)}`.trimEnd();
  stderr.write(
    `\n${prose(`This machine cannot build it yet: ${obstacle}. To see what it needs: ${doctor}`, stderr)}\n`,
  );
}

/**
 * Why this machine cannot build a project, as far as that can be seen at once: `doctor` takes seconds. Nix itself is asked only for a
 * reader at a terminal.
 */
async function obstacleOf(
  pin: Pin | undefined,
  { environment, stderr, signal }: Surroundings,
): Promise<string | undefined> {
  if (!isOnPath('nix-shell', environment)) return 'Nix is not on PATH';
  if (pin === undefined || !stderr.live) return undefined;
  const { supportOfRelease, tooOld } = await import('../nix/nix-support.ts');
  const { nixWithin } = await import('../nix/run-nix.ts');
  const support = await supportOfRelease(pin, nixWithin(patience, environment, signal));
  return support && tooOld(support, pin);
}

/** How long Nix may take for its version, in milliseconds: nobody waits for that. */
const patience = 2000;

const isOnPath = (program: string, { PATH = '' }: Context['environment']): boolean =>
  PATH.split(delimiter).some(folder => folder !== '' && existsSync(join(folder, program)));
