import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { copySources } from '../../src/bazel/copy-sources.ts';
import { execute, scratch, treeOf } from '../commands/process.ts';

describe('the copy that is built from scratch', () => {
  const folder = scratch();
  const options = { environment: { ...process.env, HOME: folder } };

  function project(): string {
    const from = mkdtempSync(join(folder, 'from-'));
    for (const path of ['app/__pycache__', '.git', 'result-1', 'bazel-out'])
      mkdirSync(join(from, path), { recursive: true });
    for (const path of [
      'app/a.py',
      'app/__pycache__/a.pyc',
      'user.bazelrc',
      'result-1/x',
      'bazel-out/x',
      'notes.log',
    ]) {
      writeFileSync(join(from, path), path, { mode: path === 'app/a.py' ? 0o755 : 0o644 });
    }
    writeFileSync(join(from, '.gitignore'), '*.log\nuser.bazelrc\nbazel-*\nresult*\n__pycache__\n');
    symlinkSync('app/a.py', join(from, 'link'));
    return from;
  }
  const copied = async (from: string): Promise<string[]> => {
    const to = mkdtempSync(join(folder, 'to-'));
    await copySources(from, to, options);
    return Object.keys(treeOf(to)).filter(path => path !== 'app');
  };

  it('has what git knows or does not ignore, and the settings of Bazel', async () => {
    const from = project();
    rmSync(join(from, '.git'), { recursive: true });
    await execute(['git', 'init', '--quiet', from], { cwd: from });
    writeFileSync(join(from, 'gone'), '');
    await execute(['git', '-C', from, 'add', '--all'], { cwd: from });
    rmSync(join(from, 'gone'));
    assert.deepEqual(await copied(from), ['.gitignore', 'app/a.py', 'link', 'user.bazelrc']);
  });

  it('has all but the output of builds without git', async () => {
    assert.deepEqual(await copied(project()), ['.gitignore', 'app/a.py', 'link', 'notes.log', 'user.bazelrc']);
  });
});
