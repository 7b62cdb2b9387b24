import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readDocument } from '../documents/read-document.ts';
import { repository } from './host.ts';

const path = 'docs/scaling.md';
const sections = readDocument(readFileSync(join(repository, path), 'utf8'));

/**
 * A block of docs/scaling.md: what is tested is what users read.
 * @param start the first words of a command, or the name of a file
 */
export function onScalingPage(section: string, start: string): string {
  const steps = sections.find(({ title }) => title === section)?.steps ?? [];
  for (const step of steps) {
    if (step.kind === 'write' && step.path === start) return step.text;
    if (step.kind === 'run' && step.command.startsWith(start)) return step.command;
  }
  assert.fail(`${path} has no ${start} in ${section}`);
}
