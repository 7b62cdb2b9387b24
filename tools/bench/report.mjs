// Generates the tables of docs/benchmark.md and docs/benchmark.svg from docs/benchmark.json.
import { readFileSync, writeFileSync } from 'node:fs';
import { barChart } from './chart.mjs';

const docs = new URL('../../docs/', import.meta.url);

const table = (heads, rows) =>
  [heads, heads.map((_, at) => (at === 0 ? '---' : '--:')), ...rows]
    .map(cells => `| ${cells.join(' | ')} |`)
    .join('\n');

const milliseconds = number => number.toFixed(0);
const times = number => `${number.toFixed(2)} x`;
const megabytes = kilobytes => (kilobytes === undefined ? '' : (kilobytes / 1024).toFixed(0));

const perItem = (from, to) => ((to.median - from.median) / (to.size - from.size)).toFixed(3);

/** The tables, by the names of their markers in the page. */
const tables = {
  processes: ({ rows }) =>
    table(
      ['process', 'ms', 'middle half', '`node -e 0`', 'create-vite', '`yo empty`', 'MB'],
      rows.map(({ name, low, median, high, toNode, toVite, toYo, memory }) => [
        name,
        milliseconds(median),
        `${milliseconds(low)}–${milliseconds(high)}`,
        times(toNode),
        times(toVite),
        times(toYo),
        megabytes(memory),
      ]),
    ),
  growth: ({ series }) =>
    series
      .map(({ name, points }) =>
        table(
          [name, ...points.map(({ size }) => size.toLocaleString('en'))],
          [
            ['ms', ...points.map(({ median }) => milliseconds(median))],
            ['ms for each one more', '', ...points.slice(1).map((point, at) => perItem(points[at], point))],
            ['MB', ...points.map(({ memory }) => megabytes(memory))],
          ],
        ),
      )
      .join('\n\n'),
  hashing: ({ rows }) =>
    table(
      ['', 'MB/s', 'nix-hash', 'MB of memory'],
      rows.map(({ name, speed, ratio, memory }) => [name, speed.toFixed(0), times(ratio), megabytes(memory)]),
    ),
};

/** The machine and the rounds, as a sentence. */
const circumstances = ({ machine: { node, cpu, cpus }, rounds }) =>
  `Node ${node}, ${cpus} cores of ${cpu}, ${rounds} rounds.`;

/** Writes the page and the chart; tables without a measurement stay as they are. */
export function report(all) {
  const page = new URL('benchmark.md', docs);
  let text = readFileSync(page, 'utf8');
  for (const [kind, measured] of Object.entries(all)) {
    const written = `${circumstances(measured)}\n\n${tables[kind](measured)}`;
    const place = new RegExp(`(<!-- ${kind} -->\\n)[^]*(<!-- /${kind} -->)`);
    if (!place.test(text)) throw new Error(`docs/benchmark.md: marker <!-- ${kind} --> is missing`);
    text = text.replace(place, (_, open, close) => `${open}${written}\n${close}`);
  }
  writeFileSync(page, text);
  if (all.processes) writeFileSync(new URL('benchmark.svg', docs), barChart(all.processes.rows));
}
