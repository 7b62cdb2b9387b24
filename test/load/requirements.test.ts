import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readRequirementsFiles } from '../../src/load/requirements.ts';
import { scratch } from '../commands/process.ts';

describe('readRequirementsFiles', () => {
  const folder = scratch();
  const write = (name: string, content: string | Buffer): string => {
    writeFileSync(join(folder, name), content);
    return name;
  };
  const read = (...files: string[]) => {
    const warnings: string[] = [];
    return { packages: readRequirementsFiles(files, '3.13', folder, warnings), warnings };
  };

  describe('reads text in', () => {
    const text = '\uFEFFflask>=2 # größer\r\nrequests\r\n';
    const swapped = Buffer.from(text, 'utf16le').swap16();
    for (const [encoding, bytes] of [
      ['UTF-8 with a byte order mark', Buffer.from(text)],
      ['UTF-16, little endian, as PowerShell writes it', Buffer.from(text, 'utf16le')],
      ['UTF-16, big endian', swapped],
    ] as const) {
      it(encoding, () =>
        assert.deepEqual(read(write('r.txt', bytes)), { packages: ['flask>=2', 'requests'], warnings: [] }),
      );
    }

    it('Latin-1, with a warning', () => {
      write('latin1.txt', Buffer.from('flask # größer\n', 'latin1'));
      assert.deepEqual(read(write('r.txt', '-r latin1.txt')), {
        packages: ['flask'],
        warnings: ['latin1.txt: not UTF-8; read as Latin-1.'],
      });
    });
  });

  describe('refuses', () => {
    const refuses = (file: string, message: RegExp) =>
      assert.throws(() => read(file), { name: 'Failure', exitCode: 2, message });
    it('a binary file', () => refuses(write('r.txt', 'a\0b'), /^r\.txt is not a text file\.$/));
    it('a file that does not exist', () => refuses('no.txt', /^no\.txt cannot be read: no such file\.$/));
    it('an included one, with its place', () =>
      refuses(write('r.txt', 'flask\n-r no.txt'), /^r\.txt:2: no\.txt cannot be read: no such file\.$/));
    it('a folder', () => {
      mkdirSync(join(folder, 'd'));
      refuses('d', /^d cannot be read: is a folder\.$/);
    });
    it('a pipe', () => {
      execFileSync('mkfifo', [join(folder, 'p')]);
      refuses('p', /^p cannot be read: not a regular file\.$/);
    });
    it('a huge file, unread', () => {
      truncateSync(join(folder, write('huge.txt', '')), 2 ** 40);
      refuses('huge.txt', /^huge\.txt has 1099511627776 bytes; at most 16000000 are read\.$/);
    });
  });

  it('merges several files', () => {
    write('a.txt', 'Flask>=2\nredis\n');
    write('b.txt', 'flask[async]<4\nrequests\n');
    assert.deepEqual(read('a.txt', 'b.txt'), {
      packages: ['flask[async]>=2,<4', 'redis', 'requests'],
      warnings: [],
    });
  });

  it('leaves out a version that contradicts an earlier one', () => {
    write('a.txt', 'flask==2.0\n');
    write('b.txt', 'requests\nflask==3.0\nflask>=2\n');
    assert.deepEqual(read('a.txt', 'b.txt'), {
      packages: ['flask==2.0,>=2', 'requests'],
      warnings: ['b.txt:2: left out "flask==3.0": it contradicts flask==2.0 (a.txt:1).'],
    });
  });

  it('leaves out what nixpkgs never has', () => {
    const { packages, warnings } = read(write('r.txt', 'flask\npkg-resources==0.0.0\npywin32\nnvidia-cublas-cu12\n'));
    assert.deepEqual(packages, ['flask']);
    assert.deepEqual(
      warnings.map(text => /^r\.txt:\d: left out [a-z0-9-]+\. /.exec(text)?.[0]),
      ['r.txt:2: left out pkg-resources. ', 'r.txt:3: left out pywin32. ', 'r.txt:4: left out nvidia-cublas-cu12. '],
    );
  });

  it('lists the first fifty lines of a file that is no list', () => {
    const { packages, warnings } = read(write('r.txt', 'this is prose\n'.repeat(70)));
    assert.deepEqual(packages, []);
    assert.equal(warnings.length, 52);
    assert.deepEqual(warnings.slice(-2), [
      'r.txt: 20 more are left out.',
      'r.txt lists no packages that can be taken.',
    ]);
  });

  it('names the tools for tests', () => {
    const { packages, warnings } = read(
      write('r.txt', 'flask\npytest==8\nblack\npytest-cov\nlocust\nmypy-extensions\n'),
    );
    assert.equal(packages.length, 6);
    assert.match(warnings.join('\n'), /^pytest, black, pytest-cov, locust: tools for tests and development/);
  });
});
