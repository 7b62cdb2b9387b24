import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, relative } from 'node:path';
import { completeWord } from '../../src/cli/shells.ts';
import { viewOf } from '../../src/render/render.ts';
import { template } from '../../src/render/template.ts';
import { projectWith } from '../render/projects.ts';
import { command, execute, main, scratch, shipped } from '../commands/process.ts';

// Only what the bundle does differently from the compiled sources: the other tests of the command run it too.
describe('the bundle', () => {
  const folder = scratch();

  it('renders every template as the compiled sources do, and refuses the same values', async () => {
    const bundled = createRequire(import.meta.url)(join(shipped, 'templates.cjs')) as { template: typeof template };
    const source = join(shipped, '../generators/app/templates');
    const names = readdirSync(source, { recursive: true, withFileTypes: true })
      .filter(entry => entry.isFile())
      .map(entry => relative(source, join(entry.parentPath, entry.name)).replace(/\.ejs$/, ''));
    for (const name of ['flake.nix', 'ci/github.yml', 'service/BUILD.bazel']) assert.ok(names.includes(name), name);
    for (const bazel of ['5', '8']) {
      const project = await projectWith({ bazel, packages: ['redis'], ci: ['github'], remoteCache: 'grpc://cache' });
      const view = { ...viewOf(project), attributes: [['a', 'b']] as const };
      const service = { folder: 'c_d', within: 'c_d/', importable: 'c_d.app' };
      for (const name of names) {
        for (const shown of [view, { ...view, ...service }]) {
          assert.equal(bundled.template(name)(shown), template(name)(shown), name);
        }
      }
      assert.throws(() => bundled.template('pyproject.toml')({ ...view, name: '"' }), /unsafe value/);
    }
  });

  it('starts without what only prompts, existing projects and downloads need', async () => {
    const seen = join(folder, 'loaded');
    const hook = join(folder, 'hook.cjs');
    const list = `[...Object.keys(require.cache), ...process.moduleLoadList].join('\\n')`;
    writeFileSync(hook, `process.on('exit', () => require('fs').writeFileSync(${JSON.stringify(seen)}, ${list}));`);
    const cwd = mkdtempSync(join(folder, 'd-'));
    const node = [process.execPath, '--require', hook, main] as const;
    assert.equal((await execute([...node, 'hello', '--yes'], { cwd })).code, 0);
    const modules = readFileSync(seen, 'utf8').split('\n');
    assert.ok(modules.includes('NativeModule fs') && !modules.includes('NativeModule child_process'));
    const loaded = modules.filter(path => path.startsWith(shipped));
    assert.deepEqual(
      loaded.map(path => relative(shipped, path)),
      ['main.cjs', 'start.cjs', 'templates.cjs'],
    );

    // For each Tab, no more than start-up needs.
    for (const words of [
      ['add', 're'],
      ['new', '--python', ''],
      ['--nixpkgs', ''],
    ]) {
      const { stdout } = await execute([...node, completeWord, ...words], { cwd });
      assert.notEqual(stdout, '');
      assert.deepEqual(
        readFileSync(seen, 'utf8')
          .split('\n')
          .filter(path => path.startsWith(shipped))
          .map(path => relative(shipped, path)),
        ['main.cjs', 'start.cjs'],
      );
    }

    // Each parser is loaded for the files that need it.
    for (const [name, text, parser] of [
      ['requirements.txt', 'redis\n', []],
      ['setup.cfg', '[options]\ninstall_requires = redis\n', []],
      ['Pipfile', '[packages]\nredis = "*"\n', ['vendor/toml-eslint-parser.cjs']],
      ['uv.lock', '[[package]]\nname = "redis"\n', ['vendor/smol-toml.cjs']],
      ['environment.yml', 'dependencies: [redis-py]\n', ['vendor/yaml.cjs']],
    ] as const) {
      writeFileSync(join(cwd, name), text);
      const args = ['again', '--yes', '--dry-run', '--requirements', name];
      assert.equal((await execute([...node, ...args], { cwd })).code, 0, name);
      const vendored = readFileSync(seen, 'utf8')
        .split('\n')
        .filter(path => path.startsWith(join(shipped, 'vendor')));
      assert.deepEqual(
        vendored.map(path => relative(shipped, path)),
        parser,
        name,
      );
    }
  });

  it('works where the compile cache cannot be written', async () => {
    const blocked = join(folder, 'file');
    writeFileSync(blocked, '');
    for (const env of [
      { HOME: '/proc/none' },
      { XDG_CACHE_HOME: join(blocked, 'x') },
      { NODE_COMPILE_CACHE: '/proc/none' },
    ]) {
      const { code, stdout, stderr } = await command(['--version'], { cwd: folder, env });
      assert.deepEqual({ code, stderr }, { code: 0, stderr: '' });
      assert.match(stdout, /^\d/);
    }
  });

  it('shows with --verbose where in the bundle an error comes from', async () => {
    const { stderr } = await command(['hello', '--python', '9', '--verbose'], { cwd: folder });
    assert.match(stderr, /^\s+at .*lib\/start\.cjs:\d+:\d+\)?$/m);
  });
});
