import { outputStream } from '../terminal/output.ts';
import { withInterruption } from './interruption.ts';
import { run } from './run.ts';

/** Runs the command for the arguments of this process, and leaves its exit code. */
export async function start(): Promise<void> {
  // A reader that has seen enough, as in `… | head`, is no mistake of ours; a full disk behind `>` is one to tell.
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EPIPE') return;
      process.exitCode = 1;
      if (stream === process.stdout) process.stderr.write(`error: The result could not be written: ${error.message}\n`);
    });
  }
  const exitCode = await withInterruption(signal =>
    run(process.argv.slice(2), {
      folder: process.cwd(),
      environment: process.env,
      today: new Date(),
      screen: outputStream(process.stderr),
      out: outputStream(process.stdout),
      signal,
      // stdin comes last: to look at it takes as long as to read the flags.
      interactive: Boolean(process.stdout.isTTY && !process.env.CI && process.stdin.isTTY),
    }),
  );
  process.exitCode ||= exitCode;
}
