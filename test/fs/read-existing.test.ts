import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { readExisting } from '../../src/fs/read-existing.ts';
import { mounted, remountReadOnly } from './mounted.ts';
import { scratch, tree, write } from './tree.ts';

describe('readExisting', () => {
  const here = scratch();
  const at = (path: string): string => join(here.path, path);
  // Wrong kinds of files are invalid input; errors of the file system are failures.
  const failure = (message: RegExp) => ({
    name: 'Failure',
    exitCode: message.source.startsWith('^Cannot') ? 1 : 2,
    message,
  });

  it('reads the files that exist, and leaves out the others', async () => {
    write(at('project'), { 'a.txt': 'a\r\n', 'nix/b.txt': '\ufeffb', 'other.txt': 'not asked for' });
    const found = await readExisting(at('project'), ['a.txt', 'nix/b.txt', 'nix/c.txt', 'image/d.txt']);
    assert.deepEqual(
      [...found],
      [
        ['a.txt', 'a\r\n'],
        ['nix/b.txt', '\ufeffb'],
      ],
    );
  });

  it('finds nothing in a folder that does not exist, and does not create it', async () => {
    assert.equal((await readExisting(at('some/where'), ['a.txt'])).size, 0);
    assert.deepEqual(tree(here.path), {});
  });

  it('follows links that stay inside', async () => {
    write(at('project'), { 'docs/a.txt': 'a\n' });
    symlinkSync('docs', at('project/manual'));
    symlinkSync('manual/a.txt', at('project/link.txt'));
    symlinkSync('project', at('alias'));
    assert.deepEqual([...(await readExisting(at('alias'), ['manual/a.txt']))], [['manual/a.txt', 'a\n']]);
    assert.deepEqual([...(await readExisting(at('alias'), ['link.txt']))], [['link.txt', 'a\n']]);
  });

  const refused: Record<string, { make: () => void; target?: string; path?: string; message: RegExp }> = {
    'a target that is a file': {
      make: () => write(here.path, { hello: '' }),
      target: 'hello',
      message: /hello is not a folder\.$/,
    },
    'a parent of the target that is a file': {
      make: () => write(here.path, { hello: '' }),
      target: 'hello/there/now',
      message: /hello is not a folder\.$/,
    },
    'a target that is a broken link': {
      make: () => symlinkSync('nowhere', at('hello')),
      target: 'hello',
      message: /hello is a broken symbolic link\.$/,
    },
    'a file where a folder must be': {
      make: () => write(at('project'), { nix: '' }),
      message: /^nix must be a folder\.$/,
    },
    'a folder where a file must be': {
      make: () => mkdirSync(at('project/nix/python.nix'), { recursive: true }),
      message: /^nix\/python\.nix must be a file\.$/,
    },
    'a pipe where a file must be': {
      make: () => {
        mkdirSync(at('project/nix'));
        execFileSync('mkfifo', [at('project/nix/python.nix')]);
      },
      message: /^nix\/python\.nix must be a file\.$/,
    },
    'a folder that is a link out of the project': {
      make: () => {
        mkdirSync(at('project-2'));
        symlinkSync('../project-2', at('project/nix'));
      },
      message: /^nix is a symbolic link to .*project-2, outside the project\.$/,
    },
    'a file that is a link out of the project': {
      make: () => {
        write(here.path, { 'project/nix/a': '', 'outside.nix': '' });
        symlinkSync(at('outside.nix'), at('project/nix/python.nix'));
      },
      message: /^nix\/python\.nix is a symbolic link to .*outside\.nix, outside the project\.$/,
    },
    'a broken link': {
      make: () => {
        mkdirSync(at('project/nix'));
        symlinkSync('nowhere.nix', at('project/nix/python.nix'));
      },
      message: /^nix\/python\.nix is a broken symbolic link\.$/,
    },
    'a loop of links': {
      make: () => symlinkSync('nix', at('project/nix')),
      message: /^Cannot follow nix: too many levels of symbolic links\.$/,
    },
  };
  for (const [what, { make, target = 'project', path = 'nix/python.nix', message }] of Object.entries(refused)) {
    it(`refuses ${what}`, async () => {
      if (target === 'project') mkdirSync(at('project'));
      make();
      await assert.rejects(readExisting(at(target), [path]), failure(message));
    });
  }

  it('refuses two paths of the same file', async () => {
    write(at('project'), { 'a.txt': 'a\n' });
    symlinkSync('a.txt', at('project/b.txt'));
    await assert.rejects(
      readExisting(at('project'), ['a.txt', 'b.txt']),
      failure(/^a\.txt and b\.txt are the same file/),
    );
  });

  it('refuses a file that cannot be read', async () => {
    write(at('project'), { 'a.txt': 'a\n' });
    chmodSync(at('project/a.txt'), 0);
    chmodSync(here.path, 0o755);
    // Root can read everything, so root becomes nobody for a moment.
    const root = process.getuid?.() === 0;
    if (root) process.seteuid?.(65534);
    try {
      await assert.rejects(
        readExisting(at('project'), ['a.txt']),
        failure(/^Cannot read a\.txt: permission denied\.$/),
      );
    } finally {
      if (root) process.seteuid?.(0);
    }
  });

  it('refuses a target that cannot be written, existing or new', async function () {
    const unmount = mounted(this, at('disk'), 'size=64k');
    try {
      mkdirSync(at('disk/project'));
      remountReadOnly(at('disk'));
      for (const target of ['disk/project', 'disk/new/project']) {
        await assert.rejects(
          readExisting(at(target), ['a.txt']),
          failure(/^Cannot write to .*disk.*: the file system is read-only\.$/),
        );
      }
    } finally {
      unmount();
    }
  });

  it('refuses a path that is not below the target', async () => {
    for (const path of ['../a', '/a', 'a/../b', '', './a']) {
      mkdirSync(at('project'), { recursive: true });
      await assert.rejects(readExisting(at('project'), [path]), TypeError, path);
    }
  });
});
