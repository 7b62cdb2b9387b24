// Measures how whole processes grow with what they are given, and writes it down: node bench/growth.mjs [ROUNDS]
// Without Nix on the PATH: what that takes is its own.
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root, run, scratch } from './fixture.mjs';
import { measure } from './measure.mjs';
import { circumstances, record } from './record.mjs';
import { spread } from './statistics.mjs';

const rounds = Number(process.argv[2] ?? 10);
const ground = scratch();
const { place, folder } = ground;
const command = join(root, 'lib/main.cjs');
const numbered = (name, count) => Array.from({ length: count }, (_, at) => `${name}-${String(at).padStart(5, '0')}`);

/** A requirements file of packages that the catalog does not know: each is compared with all that it knows. */
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

/** The bundle with an index of so many names. */
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

/** One series a table: what grows, and the arguments of Node for a size. */
const series = [
  {
    name: 'packages of new --yes',
    sizes: [1, 10, 100, 1000],
    row: size => ({ args: [command, 'hello', '--yes', '--requirements', requirements(size)] }),
  },
  {
    name: 'names in the index of packages, new with one of them and one mistyped',
    sizes: [500, 1000, 10_000],
    row: size => ({ args: [withIndex(size), 'hello', '--yes', '--packages', 'requests,requets'] }),
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
  const results = await measure(rows, rounds, ground, round =>
    process.stderr.write(`round ${round + 1} of ${rounds}\n`),
  );
  const pointsOf = name =>
    results.filter(row => row.name === name).map(({ size, times, memory }) => ({ size, ...spread(times), memory }));
  record('growth', { ...circumstances(rounds), series: series.map(({ name }) => ({ name, points: pointsOf(name) })) });
} finally {
  ground.remove();
}
