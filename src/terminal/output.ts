import { withoutSecrets } from '../text/secrets.ts';
import pc from 'picocolors';
import type { Plan, Step } from '../plan/plan.ts';
import { row } from './rows.ts';

/** A stream that messages or results are written to. */
export interface OutputStream {
  readonly write: (text: string) => void;
  readonly colors: ReturnType<typeof pc.createColors>;
  /** Whether a line can be redrawn. */
  readonly live: boolean;
  readonly columns: number;
  /** How commands were started: messages name them in that form. */
  readonly host: Host;
}

/** The command itself, or Yeoman. */
export type Host = 'command' | 'yo';

/** Wraps a stream. Colours on a terminal, unless NO_COLOR is set (https://no-color.org); FORCE_COLOR forces them. */
export function outputStream(
  stream: NodeJS.WriteStream,
  environment: Readonly<Record<string, string | undefined>> = process.env,
  host: Host = 'command',
): OutputStream {
  const live = stream.isTTY === true && environment.TERM !== 'dumb';
  const coloured =
    !environment.NO_COLOR && (live || Boolean(environment.FORCE_COLOR && environment.FORCE_COLOR !== '0'));
  return {
    // All that is printed passes here: messages, results, and what other programs say.
    write: text => void stream.write(withoutSecrets(text)),
    colors: pc.createColors(coloured),
    live,
    // A terminal that does not know its width says 0.
    columns: stream.columns || 80,
    host,
  };
}

const colorOf = {
  create: 'green',
  identical: 'dim',
  update: 'yellow',
  merge: 'yellow',
  conflict: 'red',
  delete: 'red',
} as const;

/** The steps of a plan, one line each. */
export const describePlan = (plan: Plan, stream: OutputStream): string =>
  plan.map(({ action, path }) => row(action, path, stream, { paint: stream.colors[colorOf[action]] })).join('');

/** What is done to a file, as the summary of several says it. */
const done = {
  create: 'created',
  update: 'updated',
  merge: 'merged',
  delete: 'deleted',
  conflict: 'conflict',
} as const;

/** So many files are named. */
const mostNames = 5;

/** What became of the files, one line for each kind of change; all of them with `verbose`. */
export function describeWritten(plan: Plan, stream: OutputStream, verbose: boolean): string {
  if (verbose) return describePlan(plan, stream);
  const kinds = Object.entries(done) as [keyof typeof done, string][];
  return kinds
    .map(([action, word]) => {
      const paths = plan.filter(step => step.action === action).map(({ path }) => path);
      if (paths.length === 0) return '';
      const isNamed = paths.length <= mostNames || action === 'conflict' || action === 'delete';
      const files = isNamed ? paths.join(', ') : `${paths.length} files (--verbose lists them)`;
      return row(word, files, stream, { paint: stream.colors[colorOf[action]] });
    })
    .join('');
}

/** A unified diff, in colours if the stream has them. */
export const paintDiff = (diff: string, { colors }: OutputStream): string =>
  diff
    .split('\n')
    .map(line => {
      if (/^(---|\+\+\+) /.test(line)) return colors.bold(line);
      if (line.startsWith('@@')) return colors.cyan(line);
      if (line.startsWith('+')) return colors.green(line);
      return line.startsWith('-') ? colors.red(line) : line;
    })
    .join('\n');

/** The steps that change something. */
export const changes = (plan: Plan): readonly Step[] => plan.filter(({ action }) => action !== 'identical');
