import { secretless } from '../text/shown.ts';
import type { Failure } from '../errors/failure.ts';
import type { Output } from '../load/context.ts';
import type { Plan } from '../plan/plan.ts';
import type { Request } from './request.ts';

/** The one document that a command prints with `--json`. */
export const jsonDocument = (value: object): string => `${JSON.stringify(value, secretless, 2)}\n`;

/** The document that `--json` prints when a command fails. */
export const failureDocument = ({ message, hint, exitCode, faults }: Failure): string =>
  jsonDocument({ error: { message, hint, exitCode, ...(faults ? { faults } : {}) } });

/** The steps of a plan as documents list them: without the texts. */
export const listedSteps = (plan: Plan): object[] => plan.map(({ action, path }) => ({ action, path }));

/** Prints the result of a command: the document with `--json`, else the text. */
export function printResult(
  { on }: Pick<Request, 'on'>,
  { stdout }: Pick<Output, 'stdout'>,
  { json, text }: { readonly json: object; readonly text: string },
): void {
  stdout.write(on.has('json') ? jsonDocument(json) : text);
}
