// Runs the unit tests and prints the coverage of src/ by room: of the compiled modules that tests call, and of the bundle that
// they start as a command. Usage: npm run coverage [-- OPTIONS OF MOCHA]
import { spawnSync } from 'node:child_process';
import { appendFileSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stop } from 'esbuild';
import { bundle } from './bundle.mjs';
import { rooms } from './rooms.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
process.chdir(root);

function run(program, args, env = {}) {
  const { status, error } = spawnSync(process.execPath, [`node_modules/${program}`, ...args], {
    stdio: 'inherit',
    env: { ...process.env, ...env },
  });
  if (error) throw error;
  return status;
}

rmSync('coverage', { recursive: true, force: true });
await bundle({ sourcemap: 'external' });
// Its service would not be answered while the tests run.
await stop();
let failed;
try {
  failed = run('mocha/bin/mocha.js', process.argv.slice(2), { NODE_V8_COVERAGE: `${root}coverage/raw` });
  // Only now: each process would copy a map that it finds into what it writes.
  for (const name of readdirSync('lib').filter(file => file.endsWith('.map'))) {
    appendFileSync(`lib/${name.slice(0, -4)}`, `//# sourceMappingURL=${name}\n`);
  }
  const include = ['dist/src/**', 'lib/start.cjs', 'lib/later.cjs', 'lib/main.cjs'].flatMap(path => [
    '--include',
    path,
  ]);
  const reporters = ['--reporter', 'json-summary', '--reporter', 'html'];
  const options = ['--merge-async', '--exclude-after-remap=false', '--temp-directory', 'coverage/raw'];
  if (run('c8/bin/c8.js', ['report', ...options, ...include, ...reporters]) !== 0) process.exit(1);
} finally {
  await bundle();
}

/**
 * Lines by room, the sums of its modules. Only lines: the compiled module and the bundle place a function or branch differently,
 * so that these would count twice.
 */
const { total: _, ...files } = JSON.parse(readFileSync('coverage/coverage-summary.json', 'utf8'));
const sums = new Map([...rooms, 'all'].map(room => [room, { modules: 0, covered: 0, total: 0 }]));
for (const [path, { lines }] of Object.entries(files)) {
  const [top, room] = relative(root, path).split('/');
  if (top !== 'src') continue;
  for (const sum of [sums.get(room), sums.get('all')]) {
    sum.modules++;
    sum.covered += lines.covered;
    sum.total += lines.total;
  }
}

const row = (room, ...cells) => room.padEnd(12) + cells.map(cell => String(cell).padStart(11)).join('');
console.log(row('room', 'modules', 'lines', 'uncovered', 'coverage'));
for (const [room, { modules, covered, total }] of sums) {
  console.log(row(room, modules, total, total - covered, `${((100 * covered) / (total || 1)).toFixed(1)} %`));
}
console.log('By line: coverage/index.html');
process.exitCode = failed;
