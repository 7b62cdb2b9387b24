import assert from 'node:assert/strict';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { execute, main, scratch } from './process.ts';
import { project as projectIn } from './projects.ts';

/** Loaded ahead of the command (node --require): writes into OPENS which files are opened for reading, and each parse of TOML. */
const hook = `
const fs = require('node:fs');
const paths = [];
let within = false;
for (const name of ['openSync', 'readFileSync']) {
  const original = fs[name];
  fs[name] = function (path, ...rest) {
    const flag = name === 'openSync' ? rest[0] : undefined;
    if (!within && typeof path === 'string' && (flag ?? 'r') === 'r') paths.push(path);
    const outer = within;
    within = true;
    try {
      return original.call(this, path, ...rest);
    } finally {
      within = outer;
    }
  };
}
const Module = require('node:module');
const load = Module._load;
Module._load = function (request, ...rest) {
  const exported = load.call(this, request, ...rest);
  if (!request.includes('toml-eslint-parser')) return exported;
  const parseTOML = (...args) => (paths.push('parseTOML'), exported.parseTOML(...args));
  return { ...exported, parseTOML };
};
process.on('exit', () => fs.writeFileSync(process.env.OPENS, paths.join('\\n')));
`;

describe('the files of a project', function () {
  this.timeout(60_000);
  const folder = scratch();
  before(() => writeFileSync(join(folder, 'hook.cjs'), hook));

  /** How often a command opens each file of a project for reading, and parses TOML. */
  async function opens(
    cwd: string,
    ...args: string[]
  ): Promise<{ readonly counts: Record<string, number>; readonly parses: number }> {
    const seen = join(folder, 'opens');
    rmSync(seen, { force: true });
    const node = [process.execPath, '--require', join(folder, 'hook.cjs'), main] as const;
    const { code, stderr } = await execute([...node, ...args], { cwd, env: { OPENS: seen } });
    assert.equal(code, 0, stderr);
    const counts: Record<string, number> = {};
    const [parses, paths] = [[] as string[], [] as string[]];
    for (const line of readFileSync(seen, 'utf8').split('\n')) (line === 'parseTOML' ? parses : paths).push(line);
    for (const path of paths) {
      const own = relative(cwd, path);
      if (!own.startsWith('..')) counts[own] = (counts[own] ?? 0) + 1;
    }
    return { counts, parses: parses.length };
  }

  const commands = {
    // What changes pyproject.toml parses it again, to check the result.
    add: [['add', 'requests'], 2],
    remove: [['remove', 'redis'], 2],
    ci: [['ci', 'github'], 0],
    service: [['service', 'worker'], 1],
    update: [['update', '--python=3.12'], 2],
    new: [['.', '--yes'], 1],
  } as const;
  for (const [name, [args, expected]] of Object.entries(commands)) {
    it(`are opened once each by ${name}`, async () => {
      const cwd = await projectIn(folder, '--packages=redis');
      const { counts, parses } = await opens(cwd, ...args, '--dry-run');
      assert.equal(parses, expected);
      assert.equal(counts['.yo-rc.json'], 1);
      if (name !== 'ci') assert.equal(counts['pyproject.toml'], 1);
      assert.deepEqual(
        Object.entries(counts).filter(([, count]) => count !== 1),
        [],
      );
    });
  }

  it('are opened again only to be written', async () => {
    const cwd = await projectIn(folder);
    const { 'pyproject.toml': written, ...counts } = (await opens(cwd, 'add', 'redis')).counts;
    // Compared with what was read before the lock is taken and while it is held, and hashed for the journal.
    assert.ok(written !== undefined && written <= 4, String(written));
    assert.deepEqual(counts['.yo-rc.json'], 1);
    assert.deepEqual(counts['flake.lock'], 1);
  });
});
