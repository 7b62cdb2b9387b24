import assert from 'node:assert/strict';
import type { Project } from '../../src/model/project.ts';
import { qualityNames } from '../../src/model/quality.ts';
import { planTheirs } from '../../src/plan/plan-theirs.ts';
import type { Step } from '../../src/plan/plan.ts';
import { adoptablePaths } from '../../src/plan/theirs.ts';
import { render } from '../../src/render/render.ts';
import { projectWith } from '../render/projects.ts';

describe('the files of a project that were its users own before', () => {
  let project: Project;
  before(async () => {
    project = await projectWith({ packages: ['requests>=2'] });
  });

  const planned = (
    files: Record<string, string>,
    { isNew = true, adopted = Object.keys(files), change = {} } = {},
  ): Record<string, Step> => {
    const rendered = new Map(
      Object.entries({ '.gitignore': 'result\n', '.dockerignore': '.git\n', 'pyproject.toml': '' }),
    );
    const found = new Map(Object.entries(files));
    const steps = planTheirs(rendered, found, { ...project, ...change, adopted: { files: adopted } }, isNew);
    return Object.fromEntries(steps.map(step => [step.path, step]));
  };
  const app = (dependencies: string, rest = ''): string =>
    `[project]\nname = "app"\nrequires-python = "==3.13.*"\ndependencies = [${dependencies}]\n${rest}`;
  const lists = (text: string, options = {}): { readonly dependencies: string; readonly groups: string } => {
    const after = planned({ 'pyproject.toml': text }, options)['pyproject.toml']?.after ?? '';
    return {
      dependencies: (/^dependencies = \[([^\]]*)\]/m.exec(after)?.[1] ?? 'none').replace(/\s+/g, ' ').trim(),
      groups:
        /^\[dependency-groups\]\n([^]*?)(?=\n\[|$(?![^]))/m
          .exec(after)?.[1]
          ?.replace(/\s+/g, ' ')
          .replaceAll('[ ', '[')
          .replaceAll(', ]', ']')
          .trim() ?? 'none',
    };
  };

  it('get what is generated in a marked block, and stay the same the second time', () => {
    const { '.gitignore': ignore } = planned({ '.gitignore': 'mine\n' });
    assert.equal(ignore?.action, 'merge');
    assert.match(ignore.after ?? '', /^mine\n\n# Added by .*\nresult\n# End of .*\n$/);
    const again = planned({ '.gitignore': ignore.after ?? '' });
    assert.equal(again['.gitignore']?.action, 'identical');
    assert.equal(again['.gitignore'].before, again['.gitignore'].after);
  });

  it('are those that were adopted and are still there', () => {
    assert.deepEqual(planned({ '.gitignore': 'mine\n' }, { adopted: ['.dockerignore'] }), {});
    assert.deepEqual(
      planTheirs(new Map(), new Map([['.gitignore', 'mine\n']]), { ...project, adopted: undefined }, true),
      [],
    );
  });

  it('get the packages of the app, each once, with the ranges of their users', () => {
    assert.deepEqual(lists(app('')), {
      dependencies: '"flask", "gunicorn", "requests>=2"',
      groups: 'dev = ["pytest"]',
    });
    assert.deepEqual(
      lists(app('"flask>=2"'), { change: { packages: ['flask>=2'] } }).dependencies,
      '"flask>=2", "gunicorn"',
    );
  });

  it('keep what their users wrote of them, in their order', () => {
    assert.equal(lists(app('"gunicorn", "Flask"')).dependencies, '"gunicorn", "Flask", "requests>=2"');
    assert.equal(lists(app(''), { change: { packages: ['flask>=2'] } }).dependencies, '"flask>=2", "gunicorn"');
  });

  it('may have in groups for something else what is not read', () => {
    const text = app('', '\n[dependency-groups]\ndocs = ["a; nonsense"]\n');
    assert.match(lists(text).groups, /docs = \["a; nonsense"\]/);
  });

  it('are named if they cannot be read', () => {
    for (const [text, message] of [
      ['[project', /^pyproject\.toml is not valid TOML: line 1/],
      [app('"a; nonsense"'), /^pyproject\.toml: "nonsense" is not a valid environment marker/],
      ['[project]\nname = "app"\ndynamic = ["dependencies"]\n', /^pyproject\.toml/],
    ] as const) {
      assert.throws(() => planned({ 'pyproject.toml': text }), { exitCode: 2, message });
    }
  });

  it('are those that others have in a project too', () => {
    const rendered = render({ ...project, quality: qualityNames, adopted: { files: ['.dockerignore'] } }, '1.0.0');
    const paths = [...rendered.keys()].filter(path => adoptablePaths.includes(path)).sort();
    assert.deepEqual(paths, [
      '.dockerignore',
      '.envrc',
      '.gitignore',
      '.pre-commit-config.yaml',
      'README.md',
      'pyproject.toml',
      'renovate.json',
    ]);
    assert.equal(adoptablePaths.length, paths.length);
  });

  it('lose packages that are left out of the project, from lists of the app and of tests', () => {
    const text = app('"flask", "gunicorn", "requests>=2", "gone"', '\n[dependency-groups]\ndev = ["pytest", "lost"]\n');
    assert.deepEqual(lists(text), { dependencies: '"flask", "gunicorn", "requests>=2"', groups: 'dev = ["pytest"]' });
  });

  it('keep what is for other machines, and groups that are for something else', () => {
    const text = app('"flask", "gunicorn", "requests>=2", "pywin32; sys_platform == \'win32\'"');
    assert.match(lists(text).dependencies, /pywin32/);
    const docs = app(
      '"flask", "gunicorn", "requests>=2"',
      '\n[dependency-groups]\ndocs = ["sphinx", {include-group = "dev"}]\n',
    );
    assert.match(lists(docs).groups, /docs = \["sphinx", \{include-group = "dev"\}\]/);
  });

  it('are read without their byte order mark', () => {
    const step = planned({ 'pyproject.toml': `\ufeff${app('"gone"')}` })['pyproject.toml'];
    assert.match(step?.after ?? '', /^\ufeff\[project\]/);
    assert.doesNotMatch(step?.after ?? '', /gone/);
  });

  it('get only another Python once the project is there', () => {
    const text = app('"gone"');
    assert.deepEqual(planned({ 'pyproject.toml': text }, { isNew: false })['pyproject.toml'], {
      path: 'pyproject.toml',
      action: 'identical',
      before: text,
      after: text,
    });
    const older = text.replace('3.13', '3.12');
    const step = planned({ 'pyproject.toml': older }, { isNew: false })['pyproject.toml'];
    assert.deepEqual([step?.action, step?.after], ['merge', text]);
    const { '.gitignore': ignore } = planned({ '.gitignore': 'mine\n' }, { isNew: false });
    assert.match(ignore?.after ?? '', /\nresult\n/);
  });
});
