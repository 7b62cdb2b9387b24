#!/usr/bin/env node
import { screenOn } from '../terminal/screen.ts';
import { interruptible } from './interruption.ts';
import { run } from './run.ts';

// A reader that has seen enough, as in `… | head`, is no mistake of ours; a full disk behind `>` is one to tell.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') return;
    process.exitCode = 1;
    if (stream === process.stdout) process.stderr.write(`error: The result could not be written: ${error.message}\n`);
  });
}

const exitCode = await interruptible(signal =>
  run(process.argv.slice(2), {
    folder: process.cwd(),
    environment: process.env,
    today: new Date(),
    screen: screenOn(process.stderr),
    out: screenOn(process.stdout),
    signal,
    interactive: Boolean(process.stdin.isTTY && process.stdout.isTTY && !process.env.CI),
  }),
);
process.exitCode ||= exitCode;
