import assert from 'node:assert/strict';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { scratch } from '../commands/process.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const { templateFaults } = (await import(join(root, 'tools/templates.mjs'))) as {
  templateFaults: (folder: string, place: string) => Promise<readonly string[]>;
};

describe('the check of templates', () => {
  const folder = scratch();

  it('finds nothing in the templates as they are', async function () {
    this.timeout(60_000);
    assert.deepEqual(await templateFaults(join(root, 'generators/app/templates'), join(root, 'dist/check-whole')), []);
  });

  it('finds a misspelt name, a misspelt property, and what may be undefined', async function () {
    this.timeout(60_000);
    const copy = join(folder, 'templates');
    cpSync(join(root, 'generators/app/templates'), copy, { recursive: true });
    const edit = (path: string, from: string, to: string): void => {
      const text = readFileSync(join(copy, path), 'utf8');
      assert.ok(text.includes(from), `${path} does not hold ${from}`);
      writeFileSync(join(copy, path), text.replace(from, to));
    };
    edit('BUILD.bazel.ejs', '<%= module %>', '<%= modul %>');
    edit('flake.nix.ejs', 'pin.original.type', 'pin.orignal.type');
    edit('ci/gitlab.yml.ejs', '<%= runner.nix %>', '<%= python %>');
    const faults = await templateFaults(copy, join(root, 'dist/check-broken'));
    assert.match(faults.join('\n'), /^BUILD\.bazel\.ejs: .*'modul'/m);
    assert.match(faults.join('\n'), /^flake\.nix\.ejs: .*'orignal'/m);
    // Pipelines are rendered from the stored answers alone: python is not among those that they see.
    assert.match(faults.join('\n'), /^ci\/gitlab\.yml\.ejs: .*'python'/m);
  });
});
