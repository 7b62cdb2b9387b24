// Compiles the sources into dist/, where tests run them, and bundles what is shipped into lib/.
import { spawnSync } from 'node:child_process';
import { cpSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { bundle } from './bundle.mjs';
import { copyData } from './data.mjs';
import { templateFaults } from './templates.mjs';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));

// From nothing each time: a test that was removed or renamed must not live on in dist/.
rmSync('dist', { recursive: true, force: true });
const { status } = spawnSync(process.execPath, ['node_modules/typescript/bin/tsc'], { stdio: ['ignore', 2, 2] });
if (status !== 0) process.exit(status ?? 1);

copyData('dist');
cpSync('generators/app/templates', 'dist/generators/app/templates', { recursive: true });
const faults = await templateFaults('generators/app/templates');
if (faults.length > 0) {
  process.stderr.write(`Templates name what their view (src/render/view.ts) does not have:\n${faults.join('\n')}\n`);
  process.exit(1);
}
await bundle();
writeFileSync('dist/.built', '');
