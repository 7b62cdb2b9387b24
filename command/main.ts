#!/usr/bin/env node
import { screenOn } from '../terminal/screen.ts';
import { run } from './run.ts';

const screen = screenOn(process.stderr);
const interruption = new AbortController();
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => interruption.abort());

process.exitCode = await run(process.argv.slice(2), {
  folder: process.cwd(),
  environment: process.env,
  today: new Date(),
  screen,
  signal: interruption.signal,
  print: text => void process.stdout.write(text),
  interactive: Boolean(process.stdin.isTTY && process.stdout.isTTY && !process.env.CI),
});
