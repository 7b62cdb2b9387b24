// Measures our NAR hash of an archive against nix-hash, and writes docs/benchmark.json: node tools/bench/hashing.mjs [ROUNDS]
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root, run, scratch } from './fixture.mjs';
import { measure } from './measure.mjs';
import { circumstances, record } from './record.mjs';
import { isInstalled } from './rows.mjs';
import { ratio, spread } from './statistics.mjs';

const rounds = Number(process.argv[2] ?? 10);
if (!isInstalled('nix-hash')) throw new Error('nix-hash is not installed; it is the baseline of this benchmark');
const bench = scratch();
const { place } = bench;

/** Incompressible bytes, the same in every run. */
const noise = Buffer.concat(
  Array.from({ length: 1 << 15 }, (_, at) => createHash('sha256').update(String(at)).digest()),
);

/** Writes a tree of `files` files, 8 kB on average, and its archive; returns the bytes in it. */
function plant(name, files) {
  let bytes = 0;
  for (let at = 0; at < files; at++) {
    const folder = place(name, 'top', `${at % 97}`, `${at % 1009}`);
    mkdirSync(folder, { recursive: true });
    const start = (at * 7919) % 500_000;
    const size = (at * 104_729) % 16_001;
    writeFileSync(join(folder, `${at}.nix`), noise.subarray(start, start + size));
    bytes += size;
  }
  run('tar', ['--sort=name', '--format=gnu', '-cf', place(`${name}.tar`), '-C', place(name), 'top']);
  return bytes;
}

const module = name => JSON.stringify(join(root, `dist/src/download/${name}.js`));
const program = `
  const { archiveAt } = await import(${module('archive')});
  const { narHashOfTar } = await import(${module('tar')});
  await narHashOfTar(archiveAt(process.argv[1]));
`;
const ours = name => ({ args: ['--input-type=module', '--eval', program, pathToFileURL(place(`${name}.tar`)).href] });

try {
  const rows = [
    ['100 MB, 12,500 files', 'small', 12_500],
    ['400 MB, 50,000 files', 'large', 50_000],
  ].flatMap(([title, name, files]) => {
    const bytes = plant(name, files);
    return [
      {
        name: `nix-hash: ${title}`,
        base: name,
        bytes,
        program: 'nix-hash',
        args: ['--type', 'sha256', place(name, 'top')],
      },
      { name: `this generator: ${title}`, base: name, bytes, ...ours(name) },
    ];
  });
  const results = await measure(rows, rounds, bench, round =>
    process.stderr.write(`round ${round + 1} of ${rounds}\n`),
  );
  const timesOf = base => results.find(row => row.base === base && row.program).times;
  record('hashing', {
    ...circumstances(rounds),
    rows: results.map(({ name, base, bytes, times, memory }) => ({
      ...{ name, bytes, ...spread(times), memory },
      speed: bytes / 1000 / spread(times).median,
      // By speed: above 1 is faster than nix-hash.
      ratio: 1 / ratio(times, timesOf(base)),
    })),
  });
} finally {
  bench.remove();
}
