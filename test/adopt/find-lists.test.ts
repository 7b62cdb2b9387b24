import assert from 'node:assert/strict';
import { parse } from 'smol-toml';
import { findLists, foldersWithLists, namesInLists } from '../../src/adopt/find-lists.ts';
import { withMarkedBlock } from '../../src/adopt/marked-block.ts';
import { repository } from './find-app.test.ts';

const lists = (files: Readonly<Record<string, string>>) => {
  const pyproject = files['pyproject.toml'];
  return findLists(repository(files), pyproject === undefined ? undefined : parse(pyproject));
};

describe('the lists of packages in a repository', () => {
  // prettier-ignore
  const cases: readonly (readonly [string, Readonly<Record<string, string>>, ReturnType<typeof lists>])[] = [
    ['[project] dependencies, before a requirements.txt', { 'pyproject.toml': '[project]\ndependencies = []\n', 'requirements.txt': '' }, { runtime: ['pyproject.toml'], dev: [], inPlace: true }],
    ["Poetry's table", { 'pyproject.toml': '[tool.poetry.dependencies]\nflask = "*"\n' }, { runtime: ['pyproject.toml'], dev: [], inPlace: false }],
    ['requirements.txt, with those of tests', { 'pyproject.toml': '[tool.black]\n', 'requirements.txt': '', 'requirements-dev.txt': '', 'requirements/docs.txt': '' }, { runtime: ['requirements.txt'], dev: ['requirements-dev.txt'], inPlace: false }],
    ['a folder of requirements', { 'requirements/base.txt': '', 'requirements/production.txt': '', 'requirements/test.txt': '' }, { runtime: ['requirements/production.txt'], dev: ['requirements/test.txt'], inPlace: false }],
    ['a Pipfile', { Pipfile: '', 'requirements.txt': '' }, { runtime: ['Pipfile'], dev: [], inPlace: false }],
    ['setup.cfg, if it lists any', { 'setup.cfg': '[options]\ninstall_requires =\n  flask\n' }, { runtime: ['setup.cfg'], dev: [], inPlace: false }],
    ['none', { 'setup.cfg': '[flake8]\n', 'app.py': '' }, { runtime: [], dev: [], inPlace: false }],
  ];
  for (const [name, files, expected] of cases) it(`are found: ${name}`, () => assert.deepEqual(lists(files), expected));

  it('are read with those that they include, each once', () => {
    const files = {
      'requirements.txt': '-r requirements/heroku.txt\r\n',
      'requirements/heroku.txt': '-r common.txt\n--requirement=./heroku.txt\ngunicorn==1\n-r ../../outside.txt\n',
      'requirements/common.txt': '"Flask_Login>=1"\n-r ../requirements.txt\n',
    };
    const names = namesInLists(['requirements.txt'], repository(files));
    assert.deepEqual(
      names.filter(name => name !== ''),
      ['flask-login', 'gunicorn'],
    );
  });

  it('are looked for in folders below, if there are none', () => {
    assert.deepEqual(
      foldersWithLists(repository({ 'README.md': '', 'app/pyproject.toml': '', 'web/api/Pipfile': '' })),
      ['app', 'web/api'],
    );
  });
});

describe('a list of patterns with ours in a marked block', () => {
  const generated = '/bazel-*\n/result\n__pycache__/\n';
  const theirs = '# mine\n.env\n__pycache__/\n';

  it('keeps every line, and leaves out what is listed', () => {
    const text = withMarkedBlock(theirs, generated);
    assert.ok(text.startsWith(theirs));
    assert.deepEqual(
      text
        .slice(theirs.length)
        .split('\n')
        .filter(line => !line.startsWith('#')),
      ['', '/bazel-*', '/result', ''],
    );
  });
  it('is the same the second time, and changes only between its marks later', () => {
    const once = withMarkedBlock(theirs, generated);
    assert.equal(withMarkedBlock(once, generated), once);
    const edited = `${once}*.log\n`;
    const later = withMarkedBlock(edited, '/bazel-*\n/new\n');
    assert.equal(later, edited.replace('/result', '/new'));
  });
  it('keeps line ends, and a last line without one', () => {
    assert.ok(withMarkedBlock('a\r\nb', generated).endsWith('\r\n\r\na\r\nb'));
    assert.equal(withMarkedBlock('a\r\n', generated).replaceAll('\r\n', '').includes('\n'), false);
  });
  it('is not added where nothing is missing', () => assert.equal(withMarkedBlock(generated, generated), generated));
});
