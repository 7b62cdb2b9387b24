import assert from 'node:assert/strict';
import { cpSync, mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { command, scratch, treeOf } from '../commands/process.ts';
import { generate } from './generate.ts';

describe('the generators add and remove under yeoman-test', function () {
  this.timeout(20_000);
  const folder = scratch();
  const home = process.cwd();
  afterEach(() => process.chdir(home));

  before(async () => {
    const { code, stderr } = await command(['hello', '--yes'], { cwd: folder });
    assert.equal(code, 0, stderr);
  });

  function project(): string {
    const cwd = mkdtempSync(join(folder, 'd-'));
    cpSync(join(folder, 'hello'), cwd, { recursive: true });
    return cwd;
  }

  it('do and say what the command does, packages and flags', async () => {
    const [ours, theirs] = [project(), project()];
    for (const [name, args, options, flags] of [
      ['add', ['requests', 'redis>=4', 'opencv-python'], { diff: true }, ['--diff']],
      ['add', ['hypothesis'], { dev: true }, ['--dev']],
      ['add', ['redis'], {}, []],
      // As Yeoman passes `add --dev freezegun tox`.
      ['add', ['tox'], { dev: 'freezegun' }, ['--dev', 'freezegun']],
      ['add', ['httpx'], { dryRun: true }, ['--dry-run']],
      ['remove', ['requests', 'opencv-python', 'flask'], {}, []],
      ['remove', ['hypothesis'], { dev: true }, ['--dev']],
    ] as const) {
      const { stdout, stderr } = await generate(ours, { args: [...args], options }, name);
      assert.deepEqual({ code: 0, stdout, stderr }, await command([name, ...flags, ...args], { cwd: theirs }));
      assert.deepEqual(treeOf(ours), treeOf(theirs));
    }
    assert.notDeepEqual(treeOf(ours), treeOf(project()));
  });

  it('take the words that Yeoman took for the value of a switch', async () => {
    const [ours, theirs] = [project(), project()];
    await generate(ours, { args: ['mail', 'shop'] }, 'service');
    await generate(ours, { options: { remove: 'mail' } }, 'service');
    await command(['service', 'shop'], { cwd: theirs });
    assert.deepEqual(treeOf(ours), treeOf(theirs));
  });

  it('change the project of the current folder, from a folder within it', async () => {
    const cwd = project();
    await generate(join(cwd, 'nix'), { args: ['redis'] }, 'add');
    const added = treeOf(cwd);
    assert.notDeepEqual(added, treeOf(project()));
    await generate(join(cwd, 'image'), { args: ['redis'] }, 'remove');
    assert.deepEqual(treeOf(cwd), treeOf(project()));
  });

  for (const [what, name, args, options, message] of [
    ['no package', 'add', [], {}, /`add` needs a package\.\nFor example: /],
    ['a package that nixpkgs never has', 'add', ['asyncio'], {}, /no package asyncio/],
    ['a flag of new', 'add', ['redis'], { python: '3.13' }, /Unknown option for `add`: --python/],
    ['a switch with a value', 'remove', ['redis'], { dev: 'no' }, /--dev takes no value, but got "no"/],
    [
      'a mistyped flag',
      'remove',
      ['redis'],
      { dve: true },
      /Unknown option for `remove`: --dve\.\nDid you mean --dev\? See yo nix-python-container:remove --help/,
    ],
  ] as const) {
    it(`${name} refuses ${what}, and writes nothing`, async () => {
      const cwd = project();
      const before = treeOf(cwd);
      await assert.rejects(generate(cwd, { args: [...args], options }, name), { name: 'Failure', code: 2, message });
      assert.deepEqual(treeOf(cwd), before);
    });
  }
});
