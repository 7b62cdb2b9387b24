// Measures whole processes against each other and writes docs/benchmark.json: node tools/bench/processes.mjs [ROUNDS]
import { spawnSync } from 'node:child_process';
import { withPeers } from './fixture.mjs';
import { measure } from './measure.mjs';
import { circumstances, record } from './record.mjs';
import { possible, rowsOn } from './rows.mjs';
import { ratio, spread } from './statistics.mjs';

const rounds = Number(process.argv[2] ?? 15);
if (process.getuid?.() === 0 && spawnSync('cookiecutter', ['--version']).error) {
  spawnSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'cookiecutter'], {
    stdio: ['ignore', 2, 2],
  });
}
const bench = withPeers();
try {
  const all = rowsOn(bench);
  const rows = possible(all);
  for (const { name, needs } of all.filter(row => !rows.includes(row))) {
    process.stderr.write(`skipped: ${name} (${needs} is not installed)\n`);
  }
  const results = await measure(rows, rounds, bench, round =>
    process.stderr.write(`round ${round + 1} of ${rounds}\n`),
  );
  const times = name => results.find(row => row.name === name).times;
  record('processes', {
    ...circumstances(rounds),
    rows: results.map(({ name, group, times: own, memory }) => ({
      ...{ name, group, ...spread(own), memory },
      toNode: ratio(own, times('node -e 0')),
      toVite: ratio(own, times('create-vite, template vanilla')),
      toYo: ratio(own, times('yo empty')),
    })),
  });
} finally {
  bench.remove();
}
