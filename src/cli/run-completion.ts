import type { Request } from '../commands/request.ts';
import { printResult } from '../commands/json-output.ts';
import { badRequest, ExitCode } from '../errors/failure.ts';
import type { Context } from '../load/context.ts';
import { quoted } from '../text/shown.ts';
import { completionScript } from './completion-scripts.ts';
import { shells } from './shells.ts';

/** `completion`: prints the script with which a shell completes command lines. */
export async function runCompletion(request: Request, context: Context): Promise<ExitCode> {
  const [named = ''] = request.positionals;
  const shell = shells.find(name => name === named);
  if (shell === undefined) {
    throw badRequest(
      named === '' ? '`completion` needs a shell.' : `There is no completion for the shell ${quoted(named)}.`,
      `Name ${shells.join(', ')}. For example: nix-python-container completion ${shells[0]}`,
    );
  }
  const script = completionScript(shell);
  printResult(request, context, { text: script, json: { shell, script } });
  return ExitCode.done;
}
