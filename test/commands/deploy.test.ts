import assert from 'node:assert/strict';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { command, scratch, treeOf } from './process.ts';
import { edit, project, read } from './projects.ts';

describe('the files to run the image with', function () {
  this.timeout(60_000);
  const folder = scratch();
  const update = async (cwd: string, ...flags: string[]): Promise<string> => {
    const { code, stderr } = await command(['update', ...flags], { cwd });
    assert.equal(code, 0, stderr);
    rmSync(join(cwd, '.nix-python-container.undo'), { force: true });
    return stderr;
  };

  it('come and go by an answer, as new writes them', async () => {
    const flags = ['--deploy=compose,kubernetes', '--database=postgresql'];
    const cwd = await project(folder);
    const [without, withAll] = [treeOf(cwd), treeOf(await project(folder, ...flags))];
    assert.match(await update(cwd, ...flags), /^deploy none → compose,kubernetes, database none → postgresql$/m);
    assert.deepEqual(treeOf(cwd), withAll);
    await update(cwd, '--deploy=kubernetes');
    assert.equal(existsSync(join(cwd, 'compose.yaml')), false);
    assert.equal(existsSync(join(cwd, 'kubernetes/deployment.yaml')), true);
    await update(cwd, '--deploy=none', '--database=none');
    assert.deepEqual(treeOf(cwd), without);
  });

  it('have the database that a driver among the packages tells of, unless told otherwise', async () => {
    const packages = ['--deploy=compose', '--packages=psycopg>=3'];
    const cwd = await project(folder, ...packages);
    assert.match(read(cwd, 'compose.yaml'), /^ {2}database:$/m);
    assert.doesNotMatch(read(await project(folder, ...packages, '--database=none'), 'compose.yaml'), /database/);
    assert.doesNotMatch(read(await project(folder, '--packages=psycopg'), '.yo-rc.json'), /database/);
  });

  it('follow services and processes, and keep the changes of users', async () => {
    const cwd = await project(folder, '--deploy=compose,kubernetes');
    edit(cwd, 'kubernetes/deployment.yaml', text => text.replace('512Mi', '1Gi'));
    edit(cwd, 'compose.yaml', text => text.replace('PORT: "5000"', 'PORT: "5000"\n      GREETING: hi'));
    const added = await command(['service', 'worker', '--command', 'rq worker'], { cwd });
    assert.equal(added.code, 0, added.stderr);
    assert.match(read(cwd, 'kubernetes/deployment.yaml'), /1Gi[^]*name: hello-worker[^]*512Mi/);
    assert.match(read(cwd, 'compose.yaml'), /GREETING: hi[^]*hello-worker:latest/);
    assert.match(read(cwd, 'kubernetes/kustomization.yaml'), /newName: registry\.example\.com\/hello-worker$/m);
    const removed = await command(['service', 'worker', '--remove'], { cwd });
    assert.equal(removed.code, 0, removed.stderr);
    assert.doesNotMatch(read(cwd, 'kubernetes/deployment.yaml') + read(cwd, 'compose.yaml'), /worker/);
  });

  it('refuse what there is no file for', async () => {
    for (const [flag, sentence] of [
      ['--deploy=nomad', '--deploy: there are no files for "nomad".'],
      ['--database=oracle', '--database: unknown database "oracle".'],
    ] as const) {
      const { code, stderr } = await command(['new', 'refused', '--yes', flag], { cwd: folder });
      assert.equal(code, 2);
      assert.ok(stderr.includes(sentence), stderr);
      assert.equal(existsSync(join(folder, 'refused')), false);
    }
  });

  it('tell of the commands in README.md', async () => {
    const readme = readFileSync(join(await project(folder, '--deploy=kubernetes'), 'README.md'), 'utf8');
    assert.match(readme, /^kubectl apply --kustomize \.$/m);
    assert.doesNotMatch(readme, /compose|DATABASE/);
  });
});
