// Generates the table of docs/end-to-end.md, seconds by step and Bazel, from the output of `npm run test:e2e`.
// Usage: npm run test:e2e | tee LOG; node tools/e2e-table.mjs LOG
import { readFileSync, writeFileSync } from 'node:fs';

const [log] = process.argv.slice(2);
const docs = new URL('../docs/end-to-end.md', import.meta.url);
const bazels = { 4: '4.2', 7: '7.7' };

/** Seconds by suite and step, then by Bazel. */
const suites = new Map();
let steps, bazel;
for (const line of readFileSync(log, 'utf8').split('\n')) {
  const [, suite] = /^ {2}(\S.*)$/.exec(line) ?? [];
  const [, step, milliseconds] = /^ {4}✔ (.*) \((\d+)ms\)$/.exec(line) ?? [];
  if (/^ {4}\d+\) /.test(line)) throw new Error(`a step failed: ${line.trim()}`);
  if (suite) {
    bazel = /, Bazel (\d)$/.exec(suite)?.[1] ?? '7';
    const name = suite.replace(/, Bazel \d$/, '').replace(/:.*/, '');
    suites.set(name, suites.get(name) ?? new Map());
    steps = suites.get(name);
  } else if (step) {
    steps.set(step, { ...steps.get(step), [bazel]: (Number(milliseconds) / 1000).toFixed(1) });
  }
}

const rows = [...suites].flatMap(([suite, rowsOfSuite]) => [
  ...(rowsOfSuite.size > 0 ? [`| **${suite}** | | |`] : []),
  ...[...rowsOfSuite].map(
    ([step, times]) =>
      `| ${step} | ${Object.keys(bazels)
        .map(name => times[name] ?? '–')
        .join(' | ')} |`,
  ),
]);
const table = [`| step | Bazel ${Object.values(bazels).join(' | Bazel ')} |`, '|---|--:|--:|', ...rows].join('\n');
const text = readFileSync(docs, 'utf8');
const written = text.replace(/(<!-- table -->\n)[^]*(<!-- \/table -->)/, (_, start, end) => `${start}${table}\n${end}`);
writeFileSync(docs, written);
