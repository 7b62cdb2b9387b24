import { outputStream } from '../terminal/output.ts';
import { withInterruption } from './interruption.ts';
import { run } from './run.ts';

/** Runs the command with the arguments of this process, and sets its exit code. */
export async function start(): Promise<void> {
  // A reader that stops early, as in `… | head`, is not an error. A full disk behind `>` is.
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EPIPE') return;
      process.exitCode = 1;
      if (stream === process.stdout) process.stderr.write(`error: Could not write the result: ${error.message}\n`);
    });
  }
  const folder = currentFolder();
  if (folder === undefined) {
    process.stderr.write(
      'error: The current folder no longer exists.\n       Change to another folder, then run it again.\n',
    );
    process.exitCode = 1;
    return;
  }
  const exitCode = await withInterruption(signal =>
    run(process.argv.slice(2), {
      folder,
      environment: process.env,
      today: new Date(),
      stderr: outputStream(process.stderr),
      stdout: outputStream(process.stdout),
      signal,
      // stdin last: opening it takes as long as parsing the arguments.
      interactive: Boolean(process.stdout.isTTY && !process.env.CI && process.stdin.isTTY),
    }),
  );
  process.exitCode ||= exitCode;
}

/** The current folder; undefined if it was deleted. */
function currentFolder(): string | undefined {
  try {
    return process.cwd();
  } catch {
    return undefined;
  }
}
