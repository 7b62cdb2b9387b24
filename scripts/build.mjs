// Compiles the sources into dist/ and copies what the compiler leaves behind: catalog data, the oracle's expression, templates, USAGE texts.
import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));

// From nothing each time: a test that was removed or renamed must not live on in dist/.
rmSync('dist', { recursive: true, force: true });
const { status } = spawnSync(process.execPath, ['node_modules/typescript/bin/tsc'], { stdio: ['ignore', 2, 2] });
if (status !== 0) process.exit(status ?? 1);

const copied = readdirSync('catalog')
  .filter(name => name.endsWith('.json'))
  .map(name => `catalog/${name}`);
copied.push('oracle/packages.nix');
for (const generator of readdirSync('generators')) {
  copied.push(`generators/${generator}/templates`, `generators/${generator}/USAGE`);
}
for (const path of copied.filter(existsSync)) {
  mkdirSync('dist', { recursive: true });
  cpSync(path, `dist/${path}`, { recursive: true });
}
if (existsSync('dist/command/main.js')) chmodSync('dist/command/main.js', 0o755);
writeFileSync('dist/.built', '');
