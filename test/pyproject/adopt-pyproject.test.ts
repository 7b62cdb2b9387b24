import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parse } from 'smol-toml';
import { adoptPyproject } from '../../src/pyproject/adopt-pyproject.ts';
import { parsePyproject } from '../../src/pyproject/pyproject.ts';
import { nameIn } from '../../src/packaging/requirement.ts';
import { pyprojects } from './pyprojects.ts';

const needed = {
  name: 'shop',
  python: '3.13',
  runtime: ['flask', 'gunicorn'],
  development: ['pytest'],
  attributes: new Map<string, string>(),
};
const adopt = (text: string, more: Partial<Parameters<typeof adoptPyproject>[2]> = {}) =>
  adoptPyproject(text, 'pyproject.toml', { ...needed, ...more });

const plain = (text: string) => JSON.parse(JSON.stringify(parse(text)));

/** Every line of a text is in another one, in the same order; a comma may have been added to it. */
function assertKeepsLines(before: string, after: string): void {
  const lines = after.split('\n');
  let at = 0;
  for (const line of before.split('\n').filter(each => each.trim() !== '')) {
    at = lines.findIndex((other, index) => index >= at && (other === line || other === `${line},`)) + 1;
    assert.notEqual(at, 0, `lost: ${line}\nin:\n${after}`);
  }
}

describe('adopting a pyproject.toml', () => {
  it('keeps the range of a package that tests need too', () => {
    const text =
      '[project]\nname = "shop"\ndependencies = [\n  "httpx<1,>=0.25",\n]\n\n[dependency-groups]\ndev = ["pytest>=8"]\n';
    const runtime = ['flask', 'httpx>=0.25,<1', 'pytest'];
    const { project, ...rest } = plain(adopt(text, { runtime, development: ['httpx', 'pytest>=8'] }));
    assert.deepEqual(project.dependencies, ['flask', 'httpx<1,>=0.25', 'pytest']);
    assert.deepEqual(rest['dependency-groups'], { dev: ['pytest>=8'] });
  });

  it('adds a list to one with tools only, at its end', () => {
    const text = '# mine\n[tool.black]\nline-length = 100 # wide\n';
    const after = adopt(text);
    assert.ok(after.startsWith(text));
    const { project, ...rest } = plain(after);
    assert.deepEqual(project, {
      name: 'shop',
      version: '0.1.0',
      'requires-python': '==3.13.*',
      dependencies: ['flask', 'gunicorn'],
    });
    assert.deepEqual(rest['dependency-groups'], { dev: ['pytest'] });
  });

  it("takes the version from Poetry's table, which stays", () => {
    const text = '[tool.poetry]\nname = "x"\nversion = "2.1.0"\n\n[tool.poetry.dependencies]\npython = "^3.11"\n';
    const after = adopt(text);
    assert.ok(after.startsWith(text));
    assert.equal(plain(after).project.version, '2.1.0');
  });

  it('adds what is missing to a list, and the chosen Python beside a range', () => {
    const text = `[project]
name = "shop"
requires-python = ">=3.11"  # any
dependencies = [
    "flask>=3",  # the web
    "redis",
]

[project.optional-dependencies]
dev = ["ruff"]
`;
    const after = adopt(text, { runtime: ['flask>=3', 'gunicorn', 'redis'], development: ['pytest', 'ruff'] });
    assertKeepsLines(text, after);
    const { project, tool, ...rest } = plain(after);
    assert.deepEqual(project.dependencies, ['flask>=3', 'gunicorn', 'redis']);
    assert.equal(project['requires-python'], '>=3.11');
    assert.deepEqual(tool, { nixpkgs: { python: '3.13' } });
    assert.deepEqual(rest['dependency-groups'], { dev: ['pytest', 'ruff'] });
    assert.equal(parsePyproject(after, 'pyproject.toml').python, '3.13');
  });

  it('keeps requires-python if it names that Python, and names another in its place', () => {
    const text = '[project]\nname = "x"\nrequires-python = "==3.12.*"\ndependencies = []\n';
    assert.match(adopt(text, { python: '3.12' }), /requires-python = "==3\.12\.\*"/);
    assert.match(adopt(text), /requires-python = "==3\.13\.\*"/);
  });

  it('gives [project] without dependencies a list, and fills [tool.nixpkgs]', () => {
    const after = adopt('[project]\nname = "x"\n\n[tool.nixpkgs]\nlibraries = ["libpq"]\n');
    const { project, tool } = plain(after);
    assert.deepEqual(
      [project.dependencies, tool.nixpkgs],
      [['flask', 'gunicorn'], { python: '3.13', libraries: ['libpq'] }],
    );
  });

  it('replaces ranges that were settled anew, and takes out what is left out', () => {
    const text = '[project]\nname = "x"\ndependencies = ["flask==2.0", "gone==1", "gunicorn"]\n';
    const after = adopt(text, { runtime: ['flask>=2.0,<3', 'gunicorn'], removed: ['gone'] });
    assert.deepEqual(plain(after).project.dependencies, ['flask>=2.0,<3', 'gunicorn']);
  });

  it('does nothing the second time, and loses no line, in any layout', () => {
    fc.assert(
      fc.property(pyprojects, text => {
        const { dependencies } = parsePyproject(text, 'pyproject.toml');
        const once = adopt(text);
        assert.equal(adopt(once), once);
        const names = parsePyproject(once, 'pyproject.toml').dependencies.map(nameIn);
        for (const name of [...dependencies.map(nameIn), 'flask', 'gunicorn']) assert.ok(names.includes(name));
        assert.equal(parsePyproject(once, 'pyproject.toml').python, '3.13');
      }),
    );
  });
});
