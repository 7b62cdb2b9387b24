import { access, constants, stat } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { type Environment, nixEnvironment } from '../process/environment.ts';
import { runGit } from '../process/git.ts';
import { type ProcessResult, runProcess } from '../process/run-process.ts';

/** The machine that is checked, as a build in a folder would find it. */
export interface Machine {
  readonly environment: Environment;
  readonly folder: string;
  /** Kills what is running when aborted. */
  readonly signal: AbortSignal;
}

/** Why something could not be found out, for the end of a sentence. */
export interface Problem {
  readonly problem: string;
}

/** Milliseconds for one program: less than a check may take, so that it can say which program hangs. */
const timeout = 10_000;

/** Runs a program in the folder of a machine, for at most ten seconds. */
export async function run(machine: Machine, program: string, ...args: string[]): Promise<ProcessResult> {
  const { environment, folder, signal } = machine;
  const options = {
    environment: program.startsWith('nix') ? nixEnvironment(environment) : environment,
    ...{ folder, signal, timeout },
  };
  const result = await (program === 'git' ? runGit(args, options) : runProcess(program, args, options));
  return result.fault === 'timed-out' ? { ...result, message: `${program}: ${result.message}` } : result;
}

/** The path of a program on the PATH of a machine; undefined if it is not there. */
export async function findOnPath(
  program: string,
  { environment }: Pick<Machine, 'environment'>,
): Promise<string | undefined> {
  const files = (environment.PATH ?? '')
    .split(delimiter)
    .filter(Boolean)
    .map(folder => join(folder, program));
  const executable = await Promise.all(files.map(isExecutable));
  return files.find((_, index) => executable[index]);
}

async function isExecutable(file: string): Promise<boolean> {
  try {
    await access(file, constants.X_OK);
    return (await stat(file)).isFile();
  } catch {
    return false;
  }
}

/** Runs `work` once for each environment, however many checks need its result. */
export function once<Context extends Pick<Machine, 'environment'>, Result>(
  work: (context: Context) => Promise<Result>,
): (context: Context) => Promise<Result> {
  const results = new WeakMap<object, Promise<Result>>();
  return context => {
    const result = results.get(context.environment) ?? work(context);
    results.set(context.environment, result);
    return result;
  };
}
