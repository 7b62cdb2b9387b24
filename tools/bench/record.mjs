// docs/benchmark.json holds what was measured last, by kind; the tables and charts of the docs are written from it.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { report } from './report.mjs';

const file = new URL('../../docs/benchmark.json', import.meta.url);

/** Replaces one kind of measurement by a new one, and writes the docs again. Numbers are kept to four digits. */
export function record(kind, measured) {
  const before = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
  const rounded = JSON.parse(JSON.stringify(measured), (_, value) =>
    typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(4)) : value,
  );
  const all = { ...before, [kind]: rounded };
  writeFileSync(file, `${JSON.stringify(all, undefined, 2)}\n`);
  report(all);
}

/** What else there is to know of a measurement. */
export const circumstances = rounds => ({
  machine: { node: process.version, cpu: cpus()[0]?.model, cpus: cpus().length },
  rounds,
});
