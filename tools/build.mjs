// Compiles the sources into dist/, where tests run them, and bundles what is shipped into lib/.
import { spawnSync } from 'node:child_process';
import { cpSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { bundle } from './bundle.mjs';
import { copyData } from './data.mjs';
import { templateErrors } from './templates.mjs';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));

// Always a clean build: the output of a removed or renamed test must not stay in dist/.
rmSync('dist', { recursive: true, force: true });
const { status } = spawnSync(process.execPath, ['node_modules/typescript/bin/tsc'], { stdio: ['ignore', 2, 2] });
if (status !== 0) process.exit(status ?? 1);

copyData('dist');
cpSync('generators/app/templates', 'dist/generators/app/templates', { recursive: true });
const errors = await templateErrors('generators/app/templates');
if (errors.length > 0) {
  process.stderr.write(
    `Type errors in generators/app/templates (their view is src/render/view.ts):\n${errors.join('\n')}\n`,
  );
  process.exit(1);
}
await bundle();
writeFileSync('dist/.built', '');
