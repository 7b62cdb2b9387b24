import assert from 'node:assert/strict';
import { formatOf } from '../../../src/packaging/formats/formats.ts';
import { reading } from './reading.ts';

describe('the lists of pipenv', () => {
  it('are in a Pipfile', async () => {
    const text = `[[source]]
url = "https://pypi.org/simple"

[packages]
flask = "*"
redis = { version = "==4.5.1", extras = ["hiredis"], index = "own" }
x = { git = "https://example.org/x", ref = "main" }
own = { path = ".", editable = true }
win = { version = "*", sys_platform = "== 'win32'" }
marked = { version = "*", markers = "python_version >= '3.8'" }

[dev-packages]
pytest = "~=7.0"

[docs]
sphinx = "*"

[requires]
python_version = "3.10"
`;
    const { runtime, dev, skipped, notes, lines } = await reading('sub/Pipfile', text);
    assert.deepEqual([runtime, dev], [['flask', 'redis[hiredis]==4.5.1', 'x', 'marked'], ['pytest~=7.0']]);
    assert.equal(lines, '5 6 7 10 13');
    assert.deepEqual(
      skipped.map(line => line.split(':')[0]),
      ['8 own', '9 win = "*"'],
    );
    assert.deepEqual(notes, [
      '7: x is installed from nixpkgs by name, not from x, from https://example.org/x',
      'optional groups are left out: docs (sphinx). To include one, pass the file as sub/Pipfile[docs].',
    ]);
  });

  it('are in its lock', async () => {
    const text = JSON.stringify({
      _meta: { 'pipfile-spec': 6, requires: { python_version: '3.10' } },
      default: {
        flask: { version: '==2.3.1', hashes: ['sha256:00'], markers: "python_version >= '3.8'", index: 'pypi' },
        tomli: { version: '==2.0', markers: "python_version < '3.11'" },
        own: { path: '.', editable: true },
      },
      develop: { pytest: { version: '==7.4.0' } },
    });
    for (const file of ['Pipfile.lock', 'locked']) {
      const { runtime, dev, skipped, notes } = await reading(file, text);
      assert.deepEqual([runtime, dev], [['flask==2.3.1'], ['pytest==7.4.0']]);
      assert.deepEqual(skipped, ['- own: local paths are not supported; packages come from nixpkgs, by name']);
      assert.match(notes.join(), /other environments are left out: tomli\./);
      assert.match(notes.join(), /^it does not distinguish direct dependencies/);
    }
  });
});

describe('a setup.cfg as a list', () => {
  it('has requirements and extras', async () => {
    const text = `[metadata]
name = x
[options]
packages = find:
install_requires =
    Flask>=2
    # a comment
    tomli; python_version < "3.11"

    redis[hiredis]
python_requires = >=3.8
tests_require = pytest; mock
[options.extras_require]
dev =
    tox
postgres = psycopg>=3
[flake8]
max-line-length = 100
`;
    const { runtime, dev, lines, skipped, notes } = await reading('setup.cfg', text);
    assert.deepEqual(
      [runtime, dev],
      [
        ['flask>=2', 'redis[hiredis]'],
        ['pytest', 'mock', 'tox'],
      ],
    );
    assert.equal(lines, '6 10 12 12 15');
    assert.deepEqual(
      skipped.map(line => line.slice(0, 7)),
      ['8 tomli'],
    );
    assert.deepEqual(notes, [
      'optional groups are left out: postgres (psycopg). To include one, pass the file as setup.cfg[postgres].',
    ]);
  });

  it('names the file that the requirements are in', async () => {
    const { notes } = await reading('setup.cfg', '[options]\ninstall_requires = file: requirements.txt\n');
    assert.deepEqual(notes, ['its dependencies are in requirements.txt: pass that file instead.']);
  });
});

describe('an environment of conda as a list', () => {
  it('has packages of conda and of pip', async () => {
    const text = `name: web
channels: [conda-forge]
dependencies:
  - python=3.11
  - pip
  - numpy=1.26
  - conda-forge::pandas>=2.0,<3
  - pytorch==2.1.0=py311_0
  - scikit-learn 1.4.*
  - libblas=3.9.0
  - openssl
  - scipy=1.10|1.11
  - pip:
      - Flask==2.0 --hash=sha256:00
      - -e .
      - -r more.txt
      - "svc @ git+https://example.org/svc"
`;
    for (const file of ['environment.yml', 'environment-dev.yaml', 'env.yaml']) {
      const { runtime, lines, skipped, notes } = await reading(file, text);
      assert.deepEqual(runtime, [
        ...['numpy==1.26.*', 'pandas>=2.0,<3', 'torch==2.1.0', 'scikit-learn==1.4.*', 'scipy', 'flask==2.0', 'svc'],
      ]);
      assert.equal(lines, '6 7 8 9 12 14 17');
      assert.deepEqual(
        skipped.map(line => line.split(':')[0]),
        ['15 -e .', '16 -r more.txt'],
      );
      assert.equal(notes.length, 5);
      assert.match(
        notes.join('\n'),
        /^conda packages that are not Python packages are left out: pip, libblas, openssl\.$/m,
      );
      assert.match(notes.join('\n'), /5 conda packages were matched to PyPI packages by name; check them\./);
    }
  });
});

describe('a format that is not read', () => {
  for (const [file, text, title] of [
    ['setup.py', '', 'a setup.py'],
    ['build.py', 'from setuptools import setup\n', 'a setup.py'],
    ['conda-lock.yml', 'version: 1\n', 'a conda lock file'],
    ['linux.txt', '# platform: linux-64\n@EXPLICIT\nhttps://example.org/a.conda\n', 'a conda lock file'],
    ['list.txt', '# This file may be used to create an environment using:\nnumpy=1.2=py_0\n', 'a conda spec file'],
    [
      'list.txt',
      'Package    Version Editable project location\r\n---------- ------- ---\r\nFlask      3.0.0\r\n',
      'the output of `pip list`',
    ],
  ] as const) {
    it(`is named, with the command that converts it: ${title} (${file})`, () => {
      const format = formatOf(file, text);
      assert.ok(format && 'convert' in format);
      assert.equal(format.title, title);
      assert.match(format.convert, /> (environment\.yml|requirements\.txt)$|--output-file requirements\.txt$/);
    });
  }
  for (const [file, text] of [
    ['requirements.txt', 'flask\n'],
    ['requirements.in', '# [project]\n[project\n'],
    ['a/deps', 'flask[project]\n'],
  ] as const) {
    it(`is not taken for one of pip's: ${file}`, () => assert.equal(formatOf(file, text), undefined));
  }
});
