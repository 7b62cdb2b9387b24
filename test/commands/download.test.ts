import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { serve } from '../download/server.ts';
import { pack, writeTree } from '../download/trees.ts';
import { command, scratch } from './process.ts';

// Downloading and decompressing are bundled apart and loaded late: the tests of `download/` run the compiled modules.
describe('nix-python-container new --nixpkgs URL', () => {
  const folder = scratch();

  it('downloads a tarball in every compression', async () => {
    writeTree(join(folder, 'nixpkgs'), { 'default.nix': '{ }', 'lib/.version': '26.05' });
    const tar = join(folder, 'nixpkgs.tar');
    pack(tar, join(folder, 'nixpkgs'), ['--sort=name']);
    execFileSync('gzip', ['--keep', tar]);
    execFileSync('xz', ['--keep', tar]);
    const web = await serve(({ url = '' }, response) => void response.end(readFileSync(join(folder, url))));
    const locked = await Promise.all(
      [pathToFileURL(tar).href, `${web.url}/nixpkgs.tar.gz`, `${web.url}/nixpkgs.tar.xz`].map(async url => {
        const cwd = mkdtempSync(join(folder, 'd-'));
        const { code, stderr } = await command(['hello', '--yes', '--nixpkgs', url], { cwd });
        assert.equal(code, 0, stderr);
        return JSON.parse(readFileSync(join(cwd, 'hello/flake.lock'), 'utf8')).nodes.nixpkgs.locked.narHash;
      }),
    );
    await web.close();
    assert.match(locked[0], /^sha256-/);
    assert.deepEqual(new Set(locked).size, 1);
  });
});
