import { access, constants, stat } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { runGit } from '../process/git.ts';
import { runProcess } from '../process/run-process.ts';

/** Where machine and programs are looked at; `environment` is that of a build. */
export interface Machine {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly folder: string;
  /** Ends what is under way. */
  readonly signal: AbortSignal;
}

/** What a program printed on stdout and stderr, or in a few words why it did not do what it should. */
export type Answer = { readonly output: string; readonly talk: string } | { readonly fault: string };

/** Milliseconds for one program: a daemon that hangs is no reason to wait for the check's own end. */
const patience = 10_000;

/** Runs a program in the folder of a machine and waits for its end, at most ten seconds. */
export async function ask(
  { environment, folder, signal }: Machine,
  program: string,
  ...args: string[]
): Promise<Answer> {
  const run = program === 'git' ? runGit(args, { environment, folder, signal, timeout: patience }) : undefined;
  const result = await (run ?? runProcess(program, args, { environment, folder, signal, timeout: patience }));
  if (result.fault === undefined) return { output: result.stdout, talk: result.stderr };
  return { fault: result.fault === 'timed-out' ? `${program}: ${result.message}` : result.message };
}

/** The file that a program's name stands for on the machine's PATH; undefined if there is none. */
export async function findOnPath(
  program: string,
  { environment }: Pick<Machine, 'environment'>,
): Promise<string | undefined> {
  const folders = (environment.PATH ?? '').split(delimiter).filter(Boolean);
  const files = folders.map(folder => join(folder, program));
  const runs = await Promise.all(files.map(isProgram));
  return files.find((_, at) => runs[at]);
}

const isProgram = async (file: string): Promise<boolean> => {
  try {
    await access(file, constants.X_OK);
    return (await stat(file)).isFile();
  } catch {
    return false;
  }
};

/** The same call is made once for a machine's environment, whichever checks want its result. */
export function once<Result>(work: (machine: Machine) => Promise<Result>): (machine: Machine) => Promise<Result> {
  const made = new WeakMap<object, Promise<Result>>();
  return machine => {
    const result = made.get(machine.environment) ?? work(machine);
    made.set(machine.environment, result);
    return result;
  };
}
