import { ExitCode, type Failure } from '../errors/failure.ts';
import { presentable } from '../text/shown.ts';
import type { OutputStream } from './output.ts';
import { wrap } from './wrap.ts';

/** A command of this generator in a message: its name, and `new` if a folder or an option follows. */
const ownCommand = /\bnix-python-container (new|add|remove|lock|build|verify|ci|update|service|doctor)\b/g;

/** Commands in a message in the form in which they were started: under Yeoman, `yo nix-python-container:add`. */
export const inHostForm = (text: string, { host }: Pick<OutputStream, 'host'>): string =>
  host === 'command'
    ? text
    : text.replace(ownCommand, (_all, name: string) => `yo nix-python-container${name === 'new' ? '' : `:${name}`}`);

/**
 * Sentences for a stream: on a terminal they wrap at words.
 * @param indent blanks before all lines but the first of each
 */
export function prose(text: string, stream: OutputStream, indent = 0): string {
  const said = inHostForm(text, stream);
  return stream.live ? wrap(said, stream.columns, indent) : said;
}

/** Prints a warning, and below it a hint if there is one. */
export function printWarning(message: string, stream: OutputStream, hint?: string): void {
  printLabelled(stream.colors.yellow('warning:'), message, hint, stream);
}

/** Prints an error and what to do about it. */
export function printFailure({ message, hint, exitCode }: Failure, stream: OutputStream): void {
  if (exitCode === ExitCode.interrupted) stream.write(`${prose(message, stream)}\n`);
  else printLabelled(stream.colors.red('error:'), message, hint, stream);
}

/** The width of a label is that of `error:` or `warning:`, with a blank. */
function printLabelled(label: string, message: string, hint: string | undefined, stream: OutputStream): void {
  const indent = label.includes('error:') ? 7 : 9;
  const below = hint === undefined ? '' : `${' '.repeat(indent)}${prose(presentable(hint), stream, indent)}\n`;
  stream.write(`${prose(`${label} ${presentable(message)}`, stream, indent)}\n${below}`);
}
