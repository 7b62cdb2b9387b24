import assert from 'node:assert/strict';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { scratch } from '../commands/process.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const { templateErrors } = (await import(join(root, 'tools/templates.mjs'))) as {
  templateErrors: (folder: string, place: string) => Promise<readonly string[]>;
};

describe('the check of templates', () => {
  const folder = scratch();

  it('accepts the templates as they are', async function () {
    this.timeout(60_000);
    assert.deepEqual(await templateErrors(join(root, 'generators/app/templates'), join(root, 'dist/check-whole')), []);
  });

  it('reports a misspelt name or property with the template and its line', async function () {
    this.timeout(60_000);
    const copy = join(folder, 'templates');
    cpSync(join(root, 'generators/app/templates'), copy, { recursive: true });
    const mistakes = [
      { path: 'BUILD.bazel.ejs', right: '<%= module %>', wrong: '<%= modul %>', named: 'modul' },
      { path: 'flake.nix.ejs', right: 'pin.original.type', wrong: 'pin.orignal.type', named: 'orignal' },
      // The view of a pipeline has only some of the answers.
      { path: 'ci/gitlab.yml.ejs', right: '<%= runner.nix %>', wrong: '<%= python %>', named: 'python' },
      // A global of browsers.
      { path: 'shell.nix.ejs', right: '<%= bazelAttribute %>', wrong: '<%= status %>', named: 'status' },
    ];
    for (const { path, right, wrong } of mistakes) {
      const text = readFileSync(join(copy, path), 'utf8');
      assert.ok(text.includes(right), `${path} does not hold ${right}`);
      writeFileSync(join(copy, path), text.replace(right, wrong));
    }
    const errors = await templateErrors(copy, join(root, 'dist/check-broken'));
    for (const { path, wrong, named } of mistakes) {
      const lines = readFileSync(join(copy, path), 'utf8').split('\n');
      const place = `${path}:${lines.findIndex(line => line.includes(wrong)) + 1}: `;
      const found = errors.filter(error => error.startsWith(place));
      assert.ok(
        found.some(error => error.includes(`'${named}'`)),
        `no error at ${place}in\n${errors.join('\n')}`,
      );
    }
  });
});
