#!/usr/bin/env node
import { screenOn } from '../terminal/screen.ts';
import { interruptible } from './interruption.ts';
import { run } from './run.ts';

process.exitCode = await interruptible(signal =>
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
