import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PositionEncoding, Workspace } from '@astral-sh/ruff-wasm-nodejs';
import { parse as parseToml } from 'smol-toml';
import { command, scratch, treeOf } from './process.ts';
import { committed, git, project, read } from './projects.ts';

const all = '--quality=checks,pre-commit,renovate';

describe('--quality', function () {
  this.timeout(30_000);
  const folder = scratch();
  const update = async (cwd: string, ...flags: string[]) => {
    const { code, stderr } = await command(['update', '--force', ...flags], { cwd });
    assert.equal(code, 0, stderr);
  };
  /** The files of a project, without the undo patch of an update. */
  const files = (cwd: string) =>
    Object.fromEntries(Object.entries(treeOf(cwd)).filter(([path]) => !path.endsWith('.undo')));

  it('is switched on and off by update, to the same files as in a new project, and loses no edit', async () => {
    const [without, withIt] = [await project(folder), await project(folder, all)];
    const [off, on] = [files(without), files(withIt)];
    const added = Object.keys(on).filter(path => !(path in off));
    assert.deepEqual(added.sort(), [
      '.pre-commit-config.yaml',
      'bazel/merge_coverage.py',
      'bazel/run_tool.py',
      'nix/checks.nix',
      'renovate.json',
    ]);
    await update(without, all);
    await update(withIt, '--quality=none');
    assert.deepEqual(files(without), on);
    assert.deepEqual(files(withIt), off);
    const text = read(without, 'pyproject.toml').replace('"pytest"', '"pytest", "hypothesis"');
    writeFileSync(join(without, 'pyproject.toml'), text);
    await update(without, '--quality=none');
    assert.equal(
      read(without, 'pyproject.toml'),
      read(withIt, 'pyproject.toml').replace('"pytest"', '"pytest", "hypothesis"'),
    );
  });

  for (const framework of ['flask', 'fastapi', 'django']) {
    it(`writes Python for ${framework} that passes ruff as pyproject.toml configures it`, async () => {
      const cwd = await project(folder, all, '--framework', framework);
      const { tool } = parseToml(read(cwd, 'pyproject.toml')) as { tool: { ruff: object } };
      const workspace = new Workspace({ ...tool.ruff, 'target-version': 'py313' }, PositionEncoding.Utf16);
      for (const file of readdirSync(cwd, { recursive: true, encoding: 'utf8' }).filter(path => path.endsWith('.py'))) {
        const text = read(cwd, file);
        // Without the other files, ruff cannot tell the project's own modules.
        const found = (workspace.check(text) as { code: string }[]).filter(({ code }) => code !== 'I001');
        assert.deepEqual(found, [], file);
        assert.equal(workspace.format(text), text, file);
      }
    });
  }

  it('leaves the settings of an adopted repository as they are', async () => {
    const cwd = join(folder, 'adopted');
    const theirs = {
      'app.py': 'from flask import Flask\n\napp = Flask(__name__)\n',
      'pyproject.toml': '[project]\nname = "shop"\ndependencies = ["flask"]\n\n[tool.ruff]\nline-length = 100\n',
      'renovate.json': '{ "extends": ["local>shop/renovate"] }\n',
    };
    mkdirSync(cwd);
    for (const [path, text] of Object.entries(theirs)) writeFileSync(join(cwd, path), text);
    git(cwd, 'init', '--quiet');
    const { code, stderr } = await command(['new', '.', '--yes', all], { cwd });
    assert.equal(code, 0, stderr);
    assert.ok(read(cwd, 'pyproject.toml').startsWith(theirs['pyproject.toml'].trimEnd().slice(0, 40)));
    assert.doesNotMatch(read(cwd, 'pyproject.toml'), /tool\.mypy|tool\.ruff\.lint/);
    assert.equal(read(cwd, 'renovate.json'), theirs['renovate.json']);
    assert.match(read(cwd, 'BUILD.bazel'), /^app_checks\(/m);
  });

  it('writes no file below the root of a repository that is read in the root only, and says so', async () => {
    const cwd = await committed(folder);
    const { code, stderr } = await command(['new', 'services/api', '--yes', all], { cwd });
    assert.equal(code, 0, stderr);
    assert.match(stderr, /renovate reads renovate\.json in the root of the repository.*services\/api/);
    assert.ok(!existsSync(join(cwd, 'services/api/renovate.json')));
    assert.ok(!existsSync(join(cwd, 'services/api/.pre-commit-config.yaml')));
    assert.match(readFileSync(join(cwd, 'services/api/BUILD.bazel'), 'utf8'), /app_checks/);
  });
});
