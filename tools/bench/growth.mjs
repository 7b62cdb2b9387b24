// Measures how run time grows with the input, and writes docs/benchmark.json: node tools/bench/growth.mjs [ROUNDS]
// Nix is not on the PATH: its time would hide ours.
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root, run, scratch } from './fixture.mjs';
import { measure } from './measure.mjs';
import { circumstances, record } from './record.mjs';
import { spread } from './statistics.mjs';

const rounds = Number(process.argv[2] ?? 10);
const bench = scratch();
const { place, folder } = bench;
const command = join(root, 'lib/main.cjs');
const numbered = (name, count) => Array.from({ length: count }, (_, at) => `${name}-${String(at).padStart(5, '0')}`);

/** A requirements file of packages unknown to the catalog: each is compared with every known name. */
function requirements(count) {
  const file = place(`${count}.txt`);
  writeFileSync(
    file,
    numbered('package', count)
      .map(name => `${name}>=1\n`)
      .join(''),
  );
  return file;
}

/** A copy of the bundle whose package index has `count` names. */
function withIndex(count) {
  const lib = place(`index-${count}`, 'lib');
  cpSync(join(root, 'lib'), lib, { recursive: true });
  cpSync(join(root, 'package.json'), place(`index-${count}`, 'package.json'));
  const file = join(lib, 'src/catalog/packages.json');
  const catalog = JSON.parse(readFileSync(file, 'utf8'));
  const more = numbered('package', count - Object.keys(catalog.packages).length).map(name => [name, {}]);
  writeFileSync(file, JSON.stringify({ ...catalog, packages: { ...catalog.packages, ...Object.fromEntries(more) } }));
  return join(lib, 'main.cjs');
}

/** One table per series: what grows, and Node's arguments for each size. */
const series = [
  {
    name: 'packages of new --yes',
    sizes: [1, 10, 100, 1000],
    row: size => ({ args: [command, 'hello', '--yes', '--pins=keep', '--requirements', requirements(size)] }),
  },
  {
    name: 'names in the index of packages, new with one of them and one mistyped',
    sizes: [500, 1000, 10_000],
    row: size => ({ args: [withIndex(size), 'hello', '--yes', '--pins=keep', '--packages', 'requests,requets'] }),
  },
  {
    name: 'services that service adds',
    sizes: [1, 10, 100],
    row: size => ({ args: [command, 'service', ...numbered('service', size)], copyOf: place('hello') }),
  },
];

try {
  run(process.execPath, [command, 'hello', '--yes'], folder);
  const rows = series.flatMap(({ name, sizes, row }) =>
    sizes.map(size => ({ name, size, path: '/nowhere', ...row(size) })),
  );
  const results = await measure(rows, rounds, bench, round =>
    process.stderr.write(`round ${round + 1} of ${rounds}\n`),
  );
  const pointsOf = name =>
    results.filter(row => row.name === name).map(({ size, times, memory }) => ({ size, ...spread(times), memory }));
  record('growth', { ...circumstances(rounds), series: series.map(({ name }) => ({ name, points: pointsOf(name) })) });
} finally {
  bench.remove();
}
