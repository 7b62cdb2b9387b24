// Makes a checkout ready to run: installs dependencies when package-lock.json changed, and builds when a source changed.
// Prints to stderr only, so that `npm --silent start -- --json` prints one document on stdout.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const { include } = JSON.parse(readFileSync(join(root, 'tsconfig.json'), 'utf8'));
const sources = [...include, 'tools'];

/** Modification time of a path in milliseconds, 0 if it does not exist. */
const modified = path => (existsSync(join(root, path)) ? statSync(join(root, path)).mtimeMs : 0);

/** Newest modification time below a folder; a folder's own time shows removed files. */
function newest(folder) {
  const own = modified(folder);
  if (own === 0) return 0;
  return readdirSync(join(root, folder), { withFileTypes: true }).reduce((time, entry) => {
    const path = join(folder, entry.name);
    return Math.max(time, entry.isDirectory() ? newest(path) : modified(path));
  }, own);
}

function run(command, ...args) {
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: ['ignore', 2, 2] });
  if (error) throw error;
  if (status !== 0) process.exit(status ?? 1);
}

if (modified('package-lock.json') > modified('node_modules/.package-lock.json')) {
  process.stderr.write('Installing dependencies (npm ci)\n');
  run('npm', 'ci', '--no-audit', '--no-fund', '--loglevel=error');
}
const built = modified('dist/.built');
if (built < Math.max(modified('package.json'), modified('tsconfig.json'), ...sources.map(newest))) {
  run(process.execPath, 'tools/build.mjs');
}
