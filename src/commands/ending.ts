import { existsSync } from 'node:fs';
import { delimiter, join, relative } from 'node:path';
import type { Context } from '../load/context.ts';
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
  /** The command that undoes it. */
  readonly undo?: string | undefined;
}

/** Prints the warnings, and unless the result is a document: what to run next, how to undo it, and whether this machine can build it. */
export function printEnding(
  { target, plan, warnings, next, undo }: Ending,
  { on }: Pick<Request, 'on'>,
  context: Pick<Context, 'folder' | 'stderr' | 'environment'>,
): void {
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
  if (next.some(line => line.startsWith('nix-shell ')) && !hasNix(context)) {
    const folder = relative(context.folder, target);
    const doctor = `nix-python-container doctor ${folder === '' ? '' : shellPath(folder)}`.trimEnd();
    stderr.write(
      `\n${prose(`This machine cannot build it yet: Nix is not on PATH. To see what it needs: ${doctor}`, stderr)}\n`,
    );
  }
}

/** Whether Nix can be found: all that is asked here, as `doctor` takes seconds. */
const hasNix = ({ environment: { PATH = '' } }: Pick<Context, 'environment'>): boolean =>
  PATH.split(delimiter).some(folder => folder !== '' && existsSync(join(folder, 'nix-shell')));
