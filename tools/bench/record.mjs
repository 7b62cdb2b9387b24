// docs/benchmark.json holds the last measurement of each kind; the tables and charts in docs/ are generated from it.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { report } from './report.mjs';

const file = new URL('../../docs/benchmark.json', import.meta.url);

/** Replaces the measurement of one kind, and regenerates the docs. Numbers are rounded to four digits. */
export function record(kind, measured) {
  const before = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
  const rounded = JSON.parse(JSON.stringify(measured), (_, value) =>
    typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(4)) : value,
  );
  const all = { ...before, [kind]: rounded };
  writeFileSync(file, `${JSON.stringify(all, undefined, 2)}\n`);
  report(all);
}

/** The machine and the number of rounds. */
export const circumstances = rounds => ({
  machine: { node: process.version, cpu: cpus()[0]?.model, cpus: cpus().length },
  rounds,
});
