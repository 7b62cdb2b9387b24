import assert from 'node:assert/strict';
import { plan, type Step } from '../../src/plan/plan.ts';
import { outdatedAttributes, planServices, planUpdate } from '../../src/plan/plan-update.ts';
import { packRecord, readRecord, recordPath } from '../../src/plan/record.ts';
import { withoutTheirs } from '../../src/plan/theirs.ts';
import type { Project } from '../../src/model/project.ts';
import { projectWith } from '../render/projects.ts';

const texts = (files: Record<string, string>): Map<string, string> => new Map(Object.entries(files));
const stepOf = (steps: readonly Step[], path: string): Step | undefined => steps.find(step => step.path === path);

describe('plan', () => {
  it('creates what is not there, leaves what is the same, and sees a conflict in what differs, in the order of the paths', () => {
    const rendered = texts({ 'd.txt': 'd\n', 'b.txt': 'b\n', 'c.txt': 'c\n', 'a.txt': 'a\n' });
    assert.deepEqual(plan(rendered, texts({ 'b.txt': 'b\n', 'c.txt': 'mine\n', 'x.txt': 'x\n' })), [
      { path: 'a.txt', action: 'create', after: 'a\n' },
      { path: 'b.txt', action: 'identical', before: 'b\n', after: 'b\n' },
      { path: 'c.txt', action: 'conflict', before: 'mine\n', after: 'c\n' },
      { path: 'd.txt', action: 'create', after: 'd\n' },
    ]);
  });

  it('takes an empty file for one', () => {
    const [step] = plan(texts({ 'a.txt': 'a\n' }), texts({ 'a.txt': '' }));
    assert.deepEqual(step, { path: 'a.txt', action: 'conflict', before: '', after: 'a\n' });
  });
});

describe('withoutTheirs', () => {
  const rendered = texts({ 'README.md': 'ours\n', 'nix/python.nix': '{ }\n' });

  it('leaves out the files that are the users own', () => {
    assert.deepEqual(withoutTheirs(rendered, { files: ['README.md', 'app.py'] }), texts({ 'nix/python.nix': '{ }\n' }));
  });
  it('leaves nothing out of a project that was new', () =>
    assert.deepEqual(withoutTheirs(rendered, undefined), rendered));
});

describe('an attribute of nixpkgs in pyproject.toml', () => {
  const outdated = (name: string, attribute: string, from?: string, to?: string): string[] => [
    ...outdatedAttributes(new Map([[name, attribute]]), from, to),
  ];

  it('is outdated if the catalog has renamed it since', () =>
    assert.deepEqual(outdated('flask-login', 'flask_login', '22.05', '24.05'), ['flask-login']));
  it('is not if users wrote another one', () =>
    assert.deepEqual(outdated('flask-login', 'my-login', '22.05', '24.05'), []));
  it('is not if it is the same in both releases', () =>
    assert.deepEqual(outdated('opencv-python', 'opencv4', '22.05', '24.05'), []));
  it('is not if a release is unknown', () => {
    assert.deepEqual(outdated('flask-login', 'flask_login', undefined, '24.05'), []);
    assert.deepEqual(outdated('flask-login', 'flask_login', '22.05', undefined), []);
    assert.deepEqual(outdated('anthropic', 'anthropic', undefined, '22.05'), []);
  });
});

describe('planUpdate', () => {
  const pyproject = (name: string, attributes: string): string =>
    `[project]\nname = "${name}"\nrequires-python = "==3.13.*"\ndependencies = ["flask", "opencv-python"]\n${attributes}`;
  const table = (...lines: string[]): string =>
    [
      '\n# Packages whose attribute in nixpkgs differs from their name on PyPI.',
      '[tool.nixpkgs.attributes]',
      ...lines,
      '',
    ].join('\n');

  let project: Project;
  before(async () => {
    const attributes = new Map([['opencv-python', 'opencv4']]);
    project = { ...(await projectWith({ packages: ['opencv-python'] })), attributes };
  });

  const updated = (
    [base, generated, yours]: readonly [string, string, string | undefined],
    outdated: readonly string[] = [],
    theirs: readonly Step[] = [],
  ) => {
    const path = 'pyproject.toml';
    const found = texts({
      ...(yours !== undefined && { [path]: yours }),
      [recordPath]: packRecord(texts({ [path]: base })),
    });
    const versions = { base: texts({ [path]: base }), generated: texts({ [path]: generated }), found };
    return planUpdate({ project, outdated: new Set(outdated) }, { ...versions, deletable: new Set([path]), theirs });
  };

  it('adds the attributes that packages need', () => {
    const same = pyproject('hello', '');
    const { plan: steps } = updated([same, same, same]);
    assert.deepEqual(stepOf(steps, 'pyproject.toml'), {
      path: 'pyproject.toml',
      action: 'merge',
      before: same,
      after: pyproject('hello', table('opencv-python = "opencv4"')),
    });
  });

  it('leaves those that are there, also if they are others', () => {
    for (const attribute of ['opencv4', 'my-opencv']) {
      const same = pyproject('hello', table(`opencv-python = "${attribute}"`));
      assert.equal(stepOf(updated([same, same, same]).plan, 'pyproject.toml')?.action, 'identical');
    }
  });

  it('removes outdated ones', () => {
    const same = pyproject('hello', table('flask-login = "flask_login"', 'opencv-python = "opencv4"'));
    const step = stepOf(updated([same, same, same], ['flask-login']).plan, 'pyproject.toml');
    assert.equal(step?.after, pyproject('hello', table('opencv-python = "opencv4"')));
    assert.equal(step.action, 'merge');
  });

  it('changes nothing if what it adds is what the merge has taken away', () => {
    const yours = pyproject('hello', table('opencv-python = "opencv4"'));
    const step = stepOf(updated([yours, pyproject('hello', ''), yours]).plan, 'pyproject.toml');
    assert.deepEqual([step?.action, step?.after], ['identical', yours]);
  });

  it('adds none between conflict markers, nor to a file that is gone', () => {
    const conflicting = updated([pyproject('a', ''), pyproject('b', ''), pyproject('c', '')]);
    assert.deepEqual(conflicting.conflicts, ['pyproject.toml']);
    assert.match(
      stepOf(conflicting.plan, 'pyproject.toml')?.after ?? '',
      /^<{7} yours\nname = "c"\n={7}\nname = "b"$/m,
    );
    assert.doesNotMatch(stepOf(conflicting.plan, 'pyproject.toml')?.after ?? '', /opencv4/);
    const gone = updated([pyproject('a', ''), pyproject('b', ''), undefined]);
    assert.deepEqual(
      gone.plan.map(({ path }) => path),
      [recordPath],
    );
  });

  it('leaves one that is no longer generated to be deleted', () => {
    const found = texts({ 'pyproject.toml': pyproject('a', '') });
    const versions = { base: found, generated: texts({}), found, deletable: new Set(['pyproject.toml']) };
    const { plan: steps } = planUpdate({ project, outdated: new Set() }, versions);
    assert.equal(stepOf(steps, 'pyproject.toml')?.action, 'delete');
  });

  it('creates it as it is generated', () => {
    const versions = { base: texts({}), generated: texts({ 'pyproject.toml': 'new = 1\n' }), found: texts({}) };
    const { plan: steps } = planUpdate({ project, outdated: new Set() }, { ...versions, deletable: new Set() });
    assert.deepEqual(
      steps.map(({ path, action }) => [path, action]),
      [
        [recordPath, 'create'],
        ['pyproject.toml', 'create'],
      ],
    );
    assert.equal(steps[1]?.after, 'new = 1\n');
  });

  it('has the steps for the files of its users, and the record of what is generated', () => {
    const same = pyproject('hello', table('opencv-python = "opencv4"'));
    const next = same.replace('hello', 'bye');
    const theirs: Step = { path: '.gitignore', action: 'merge', before: 'a\n', after: 'a\nb\n' };
    const { plan: steps } = updated([same, next, same], [], [theirs]);
    assert.deepEqual(
      steps.map(({ path, action }) => [path, action]),
      [
        ['.gitignore', 'merge'],
        [recordPath, 'update'],
        ['pyproject.toml', 'update'],
      ],
    );
    assert.deepEqual(readRecord(steps[1]?.after ?? '', recordPath), texts({ 'pyproject.toml': next }));
  });
});

describe('planServices', () => {
  const before = texts({ 'BUILD.bazel': 'one\n', 'README.md': 'same\n', 'old/app.py': 'old\n' });
  const after = texts({ 'BUILD.bazel': 'two\n', 'README.md': 'same\n', 'new/app.py': 'new\n' });

  it('touches only what differs between the services before and after, and records all', () => {
    const base = texts({ ...Object.fromEntries(before), 'README.md': 'an older one\n' });
    const found = texts({ ...Object.fromEntries(before), 'README.md': 'mine\n', [recordPath]: packRecord(base) });
    const {
      plan: steps,
      conflicts,
      kept,
      record,
    } = planServices(before, after, { base, found, deletable: new Set(['old/app.py']) });
    assert.deepEqual(
      steps.map(({ path, action }) => [path, action]),
      [
        [recordPath, 'update'],
        ['BUILD.bazel', 'update'],
        ['new/app.py', 'create'],
        ['old/app.py', 'delete'],
      ],
    );
    assert.deepEqual([conflicts, kept], [[], []]);
    const recorded = texts({ 'README.md': 'an older one\n', 'BUILD.bazel': 'two\n', 'new/app.py': 'new\n' });
    assert.deepEqual(record, recorded);
    assert.deepEqual(readRecord(steps[0]?.after ?? '', recordPath), recorded);
  });
});
