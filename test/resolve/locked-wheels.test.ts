import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { LockedPackage, LockedWheel } from '../../src/lock/lock-file.ts';
import { lockedPackages } from '../../src/resolve/locked-wheels.ts';

describe('the wheels that a resolver found', () => {
  const own = (wheel: Omit<LockedWheel, 'name'>): LockedPackage => ({
    name: 'own',
    version: '1.0',
    wheels: [{ name: 'own-1.0-py3-none-any.whl', ...wheel }],
  });
  const sha256 = 'ba59926159d2aa256eb8739b8da7e2b574b960e1202c6d624cbe981cef996c91';
  let parent: string;
  let folder: string;
  let file: string;

  before(() => {
    parent = mkdtempSync(join(tmpdir(), 'locked-wheels-'));
    folder = join(parent, 'project');
    mkdirSync(join(folder, 'wheels'), { recursive: true });
    symlinkSync(folder, join(parent, 'link'));
    file = join(folder, 'wheels/own-1.0-py3-none-any.whl');
    writeFileSync(file, 'wheel');
    writeFileSync(join(parent, 'other.whl'), 'wheel');
  });
  after(() => rmSync(parent, { recursive: true }));

  it('are hashed where they are files, and locked by their path in the project, links or not', async () => {
    const expected = [own({ path: 'wheels/own-1.0-py3-none-any.whl', hashes: { sha256 } })];
    const found = [own({ url: String(pathToFileURL(file)), hashes: {} })];
    assert.deepEqual(await lockedPackages(found, folder), expected);
    assert.deepEqual(await lockedPackages(found, join(parent, 'link')), expected);
  });

  it('keep the URL of a file outside of the project, and the hash of an index', async () => {
    const url = String(pathToFileURL(join(parent, 'other.whl')));
    assert.deepEqual(await lockedPackages([own({ url, hashes: {} })], folder), [own({ url, hashes: { sha256 } })]);
    const remote = own({ url: 'https://example.org/own-1.0-py3-none-any.whl', hashes: { sha256: 'ab' } });
    assert.deepEqual(await lockedPackages([remote], folder), [remote]);
  });

  it('are refused without a sha256, and packages without wheels', async () => {
    const url = 'https://example.org/own-1.0-py3-none-any.whl';
    await assert.rejects(lockedPackages([own({ url, hashes: { md5: 'ab' } })], folder), {
      exitCode: 1,
      message: 'The index gives no sha256 of own-1.0-py3-none-any.whl.',
    });
    const sources = [
      { name: 'a', version: '1', wheels: [] },
      { name: 'b', version: '', wheels: [] },
    ];
    await assert.rejects(lockedPackages(sources, folder), {
      exitCode: 1,
      message: 'Only wheels can be locked, but a 1, b would have to be built from sources.',
    });
  });
});
