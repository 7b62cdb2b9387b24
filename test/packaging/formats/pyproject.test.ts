import assert from 'node:assert/strict';
import { reading } from './reading.ts';

describe('a pyproject.toml as a list', () => {
  it('lists dependencies, extras and groups (PEP 621, PEP 735)', async () => {
    const text = `[project]
name = "my-app"
dependencies = [
  "Flask>=2", # web
  "redis[hiredis]==4.*",
  "tomli; python_version < '3.11'",
  "svc @ git+https://me:secret@example.org/svc.git@v1",
  "not a name!",
  3,
]

[project.optional-dependencies]
test = ["pytest>=7"]
postgres = ["psycopg[binary]>=3"]
all = ["my_app[postgres,test]", "uvloop"]

[dependency-groups]
dev = [{ include-group = "lint" }, "tox"]
lint = ["ruff"]
docs = ["sphinx", { include-group = "docs" }]
`;
    const { notes, skipped, ...rest } = await reading('pyproject.toml', text);
    assert.deepEqual(rest, {
      runtime: ['flask>=2', 'redis[hiredis]==4.*', 'svc'],
      dev: ['pytest>=7', 'ruff', 'tox', 'ruff'],
      lines: '4 5 7 13 19 18 19',
      groups: ['test', 'postgres', 'all', 'dev', 'lint', 'docs'],
    });
    assert.deepEqual(notes, [
      '7: svc is installed from nixpkgs by name, not from svc @ git+https://example.org/svc.git@v1',
      'optional groups are left out: postgres (psycopg), all (pytest, psycopg, uvloop), docs (sphinx). ' +
        'To include one, pass the file as pyproject.toml[postgres].',
    ]);
    assert.deepEqual(
      skipped.map(line => line.slice(0, 30)),
      ["6 tomli; python_version < '3.1", '8 not a name!: "not a name!" i', '9 3: it is not a string'],
    );
    const all = await reading('pyproject.toml', text, { selected: ['all', 'docs'] });
    assert.deepEqual(all.runtime.slice(3), ['pytest>=7', 'psycopg[binary]>=3', 'uvloop', 'sphinx']);
    assert.doesNotMatch(all.notes.join(), /optional groups are left out/, 'postgres is a part of all');
  });

  it('names the file that dynamic dependencies are in', async () => {
    const start = '[project]\nname = "x"\ndynamic = ["dependencies"]\n';
    const setuptools = '[tool.setuptools.dynamic]\ndependencies = { file = ["requirements.txt"] }\n';
    assert.deepEqual((await reading('pyproject.toml', start + setuptools)).notes, [
      'its dependencies are in requirements.txt: pass that file instead.',
    ]);
    assert.match((await reading('pyproject.toml', start)).notes.join(), /^its dependencies are dynamic/);
  });

  it('has the dev dependencies and sources of uv and PDM', async () => {
    const text = `[project]
dependencies = ["a", "b", "c"]
[tool.uv]
dev-dependencies = ["pytest"]
[tool.uv.sources]
a = { index = "own" }
b = { workspace = true }
c = [{ git = "https://example.org/c" }]
[tool.pdm.dev-dependencies]
anything = ["mypy"]
`;
    const { runtime, dev, notes } = await reading('pyproject.toml', text);
    assert.deepEqual(
      [runtime, dev],
      [
        ['a', 'b', 'c'],
        ['pytest', 'mypy'],
      ],
    );
    assert.deepEqual(notes, ['installed from nixpkgs, not from [tool.uv.sources]: b, c.']);
  });

  it('may be known by what it holds', async () => {
    assert.deepEqual((await reading('deps.toml', '[project]\ndependencies = ["flask"]\n')).runtime, ['flask']);
  });
});

describe("Poetry's tables as a list", () => {
  const text = `[tool.poetry]
name = "x"

[tool.poetry.dependencies]
python = "^3.10"
flask = "^2.3"
celery = { version = "~5.2", extras = ["redis"] }
any = "*"
both = "1 || 2"
latest = "latest"
own = { path = "../own", develop = true }
svc = { git = "https://me:secret@example.org/svc.git", tag = "v1" }
win = { version = "*", platform = "win32" }
old = { version = "1.0", python = "<3.9" }
now = { version = "1.0", python = "^3.9" }
marked = { version = ">=1,<2", markers = "sys_platform == 'linux' or os_name == 'nt'" }
psycopg = { version = "^3", optional = true }
loose = { version = "*", optional = true }
wheel = { url = "https://example.org/wheel-1.0-py3-none-any.whl" }
numpy = [
  { version = "1.21.*", python = "<3.11" },
  { version = "^1.26", python = ">=3.11" },
]

[tool.poetry.extras]
postgres = ["psycopg"]

[tool.poetry.dev-dependencies]
black = "23.1.0"

[tool.poetry.group.test.dependencies]
pytest = "^7.0"

[tool.poetry.group.docs]
optional = true

[tool.poetry.group.docs.dependencies]
sphinx = "*"
`;
  it('has ranges, markers, groups, and what comes from elsewhere', async () => {
    const { runtime, dev, notes, skipped, lines } = await reading('pyproject.toml', text);
    assert.deepEqual(runtime, [
      ...['flask>=2.3,<3', 'celery[redis]>=5.2,<5.3', 'any', 'both', 'latest', 'svc', 'now==1.0', 'marked>=1,<2'],
      ...['wheel==1.0', 'numpy>=1.26,<2'],
    ]);
    assert.deepEqual(dev, ['black==23.1.0', 'pytest>=7.0,<8']);
    assert.equal(lines, '6 7 8 9 10 12 15 16 19 20 29 32');
    assert.deepEqual(
      skipped.map(line => line.split(':')[0]),
      ['11 own', '13 win = "*"', '14 old = "1.0"', '20 numpy = "1.21.*"'],
    );
    assert.deepEqual(notes, [
      'both was added without its range "1 || 2", which has no PEP 440 equivalent.',
      'latest was added without its range "latest", which has no PEP 440 equivalent.',
      '12: svc is installed from nixpkgs by name, not from svc, from https://example.org/svc.git',
      '19: wheel is installed from nixpkgs by name, not from wheel, from https://example.org/wheel-1.0-py3-none-any.whl',
      'optional packages that belong to no extra are left out: loose.',
      'optional groups are left out: postgres (psycopg), docs (sphinx). ' +
        'To include one, pass the file as pyproject.toml[postgres].',
    ]);
  });

  it('has extras that are asked for', async () => {
    const { runtime } = await reading('pyproject.toml', text, { selected: ['postgres'] });
    assert.ok(runtime.includes('psycopg>=3,<4'));
  });

  it('adds nothing to a package that [project] lists', async () => {
    const { runtime } = await reading(
      'pyproject.toml',
      '[project]\ndependencies = ["flask>=2"]\n[tool.poetry.dependencies]\nFlask = { version = "^1", source = "own" }\nredis = "*"\n',
    );
    assert.deepEqual(runtime, ['flask>=2', 'redis']);
  });
});
