import { run } from '../../src/cli/run.ts';
import { outputStream } from '../../src/terminal/output.ts';
import type { Runner } from './check.ts';

/** The command in this process, which starts faster. What it prints passes through the same stream. */
export const inProcess: Runner = async (args, cwd, env) => {
  const said = { stdout: '', stderr: '' };
  const output = (name: keyof typeof said) => {
    const write = (text: string): boolean => {
      said[name] += text;
      return true;
    };
    return outputStream({ write, isTTY: false } as unknown as NodeJS.WriteStream, {});
  };
  const code = await run(args, {
    folder: cwd,
    environment: { PATH: process.env.PATH, ...env },
    today: new Date(),
    stdout: output('stdout'),
    stderr: output('stderr'),
    signal: new AbortController().signal,
    interactive: false,
  });
  return { code, ...said };
};
