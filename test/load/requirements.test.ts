import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readRequirementsFiles, testToolsWarning } from '../../src/load/requirements.ts';
import { scratch } from '../commands/process.ts';

describe('readRequirementsFiles', () => {
  const folder = scratch();
  const write = (name: string, content: string | Buffer): string => {
    writeFileSync(join(folder, name), content);
    return name;
  };
  const readAll = async (...files: string[]) => {
    const warnings: string[] = [];
    const target = { python: '3.13', packagesFrom: 'nixpkgs' } as const;
    return { ...(await readRequirementsFiles(files, target, folder, warnings)), warnings };
  };
  const read = async (...files: string[]) => {
    const { runtime, warnings } = await readAll(...files);
    return { packages: runtime, warnings };
  };

  describe('reads text in', () => {
    const text = '\uFEFFflask>=2 # größer\r\nrequests\r\n';
    const swapped = Buffer.from(text, 'utf16le').swap16();
    for (const [encoding, bytes] of [
      ['UTF-8 with a byte order mark', Buffer.from(text)],
      ['UTF-16, little endian, as PowerShell writes it', Buffer.from(text, 'utf16le')],
      ['UTF-16, big endian', swapped],
    ] as const) {
      it(encoding, async () =>
        assert.deepEqual(await read(write('r.txt', bytes)), { packages: ['flask>=2', 'requests'], warnings: [] }),
      );
    }

    it('Latin-1, with a warning', async () => {
      write('latin1.txt', Buffer.from('flask # größer\n', 'latin1'));
      assert.deepEqual(await read(write('r.txt', '-r latin1.txt')), {
        packages: ['flask'],
        warnings: ['latin1.txt: not UTF-8; read as Latin-1.'],
      });
    });
  });

  describe('refuses', () => {
    const refuses = (file: string, message: RegExp) =>
      assert.rejects(read(file), { name: 'Failure', exitCode: 2, message });
    it('a binary file', () => refuses(write('r.txt', 'a\0b'), /^r\.txt is not a text file\.$/));
    it('a file that does not exist', () => refuses('no.txt', /^no\.txt cannot be read: no such file\.$/));
    it('a folder', async () => {
      mkdirSync(join(folder, 'd'));
      await refuses('d', /^d cannot be read: is a folder\.$/);
    });
    it('a pipe', async () => {
      execFileSync('mkfifo', [join(folder, 'p')]);
      await refuses('p', /^p cannot be read: not a regular file\.$/);
    });
    it('a huge file, unread', async () => {
      truncateSync(join(folder, write('huge.txt', '')), 2 ** 40);
      await refuses('huge.txt', /^huge\.txt has 1099511627776 bytes; at most 16000000 are read\.$/);
    });
  });

  it('merges several files', async () => {
    write('a.txt', 'Flask>=2\nredis\n');
    write('b.txt', 'flask[async]<4\nrequests\n');
    assert.deepEqual(await read('a.txt', 'b.txt'), {
      packages: ['flask[async]>=2,<4', 'redis', 'requests'],
      warnings: [],
    });
  });

  it('leaves out a version that contradicts an earlier one', async () => {
    write('a.txt', 'flask==2.0\n');
    write('b.txt', 'requests\nflask==3.0\nflask>=2\n');
    assert.deepEqual(await read('a.txt', 'b.txt'), {
      packages: ['flask==2.0,>=2', 'requests'],
      warnings: ['b.txt:2: left out "flask==3.0": it contradicts flask==2.0 (a.txt:1).'],
    });
  });

  it('leaves out what `pip freeze` lists of Windows and of old releases of Python', async () => {
    const names = [
      'argparse',
      'contextvars',
      'futures',
      'uuid',
      'wsgiref',
      'pywinpty',
      'tensorflow-intel',
      'windows-curses',
    ];
    const { packages, warnings } = await read(write('r.txt', `flask\n${names.join('==1\n')}\n`));
    assert.deepEqual(packages, ['flask']);
    assert.deepEqual(
      warnings.map(text => /left out ([\w-]+)\. nixpkgs does not have it/.exec(text)?.[1]),
      names,
    );
  });

  it('leaves out what nixpkgs never has', async () => {
    const { packages, warnings } = await read(
      write('r.txt', 'flask\npkg-resources==0.0.0\npywin32\nnvidia-cublas-cu12\n'),
    );
    assert.deepEqual(packages, ['flask']);
    assert.deepEqual(
      warnings.map(text => /^r\.txt:\d: left out [a-z0-9-]+\. /.exec(text)?.[0]),
      ['r.txt:2: left out pkg-resources. ', 'r.txt:3: left out pywin32. ', 'r.txt:4: left out nvidia-cublas-cu12. '],
    );
  });

  it('lists only the first fifty lines of a file that is not a list', async () => {
    const { packages, warnings } = await read(write('r.txt', 'this is prose\n'.repeat(70)));
    assert.deepEqual(packages, []);
    assert.equal(warnings.length, 52);
    assert.deepEqual(warnings.slice(-2), [
      'r.txt: 20 more are left out.',
      'r.txt lists no packages that can be added.',
    ]);
  });

  it('names the tools for tests', async () => {
    const text = 'flask\npytest==8\nblack\npytest-cov\nlocust\nmypy-extensions\n';
    const { runtime, testTools } = await readAll(write('r.txt', text));
    assert.equal(runtime.length, 6);
    assert.deepEqual(testTools, ['pytest', 'black', 'pytest-cov', 'locust']);
    assert.match(testToolsWarning({ runtime, dev: [], testTools }).join(), /^pytest, black, pytest-cov, locust: tools/);
  });

  describe('of other formats', () => {
    const pyproject =
      '[project]\ndependencies = ["flask>=2", "x"]\n[project.optional-dependencies]\npostgres = ["psycopg"]\n' +
      'dev = ["pytest", "x[a]"]\n';

    it('takes runtime and dev packages apart, each in one list', async () => {
      const { runtime, dev, warnings } = await readAll(write('pyproject.toml', pyproject));
      assert.deepEqual([runtime, dev], [['flask>=2', 'x[a]'], ['pytest']]);
      assert.match(warnings.join(), /^pyproject\.toml: optional groups are left out: postgres \(psycopg\)\./);
    });

    it('takes groups that are asked for', async () => {
      write('pyproject.toml', pyproject);
      assert.deepEqual((await readAll('pyproject.toml[Postgres]')).runtime, ['flask>=2', 'x[a]', 'psycopg']);
      await assert.rejects(readAll('pyproject.toml[mysql]'), {
        exitCode: 2,
        message: /has no optional group "mysql"\.$/,
        hint: 'Its groups: postgres, dev.',
      });
      await assert.rejects(readAll(`${write('r.txt', 'flask')}[a]`), { message: /no groups of optional dependencies/ });
    });

    it('names the place of what it leaves out', async () => {
      const { warnings } = await readAll(write('Pipfile', '[packages]\nown = { path = "." }\n'));
      assert.deepEqual(warnings, [
        'Pipfile:2: left out "own": local paths are not supported; packages come from nixpkgs, by name.',
        'Pipfile lists no packages that can be added.',
      ]);
    });

    it('leaves out what only conda knows', async () => {
      const text = 'dependencies:\n  - numpy\n  - some-library-of-conda\n';
      const { runtime, warnings } = await readAll(write('environment.yml', text));
      assert.deepEqual(runtime, ['numpy']);
      assert.match(warnings.join('\n'), /^environment\.yml:3: left out some-library-of-conda: no Python package/m);
    });

    for (const [file, text, message] of [
      ['pyproject.toml', '[project\n', /^pyproject\.toml is no(?:t valid)? TOML: line \d: /],
      ['Pipfile.lock', '{', /^Pipfile\.lock, a Pipenv lock file, is not valid JSON: /],
      ['Pipfile.lock', '[1]', /^Pipfile\.lock, .* is not valid JSON: it is not a table of keys and values\.$/],
      ['uv.lock', 'x', /^uv\.lock, a uv lock file, is not valid TOML: /],
      ['environment.yml', 'a: [', /^environment\.yml, a conda environment file, is not valid YAML: /],
      ['environment.yml', '- a', /^environment\.yml, .* it is not a table/],
      ['environment.yml', '', /^environment\.yml, .* it is not a table/],
      ['environment.yml', `a: ${'['.repeat(100_000)}`, /^environment\.yml, .* is not valid YAML: /],
      ['pyproject.toml', `a = ${'['.repeat(100_000)}`, /^pyproject\.toml/],
      ['uv.lock', `a = ${'['.repeat(100_000)}`, /^uv\.lock, .* is not valid TOML: /],
      ['setup.py', 'setup()', /^setup\.py is a setup\.py, which is not read\.$/],
      [
        'environment.yml',
        `a: "${'a'.repeat(1_000_001)}"`,
        /^environment\.yml has 1000006 characters; the limit is 1000000/,
      ],
    ] as const) {
      it(`refuses ${file}: ${text.slice(0, 10)}`, async () =>
        assert.rejects(readAll(write(file, text)), { name: 'Failure', exitCode: 2, message }));
    }
  });

  it('takes from PyPI what nixpkgs has as a program, and says what to do with the rest', async () => {
    const lines = [
      'apache-airflow==3.1.0',
      'nvidia-cublas-cu12',
      'enum34',
      './model',
      '-i https://a:b@example.org/',
      'six',
    ];
    const warnings: string[] = [];
    const file = write('pypi.txt', lines.join('\n'));
    const target = { python: '3.13', packagesFrom: 'pypi' } as const;
    const { runtime } = await readRequirementsFiles([file], target, folder, warnings);
    assert.deepEqual(runtime, ['apache-airflow==3.1.0', 'nvidia-cublas-cu12', 'six']);
    assert.deepEqual(warnings, [
      'pypi.txt:4: left out "./model": it does not name a package; build a wheel into the project\'s wheels/ folder, and add the package by name.',
      'pypi.txt:5: left out "-i https://example.org/": configure the index in pip or uv (pip.conf, PIP_INDEX_URL).',
      "pypi.txt:3: left out enum34: Python's standard library has it as enum.",
    ]);
  });
});
