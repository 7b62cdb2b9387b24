import assert from 'node:assert/strict';
import { formatRequirement } from '../../src/packaging/requirement.ts';
import { readRequirements } from '../../src/packaging/requirements-file.ts';

/** What requirements.txt with this text has, of which other files have the name as their only package. */
function lines(text: string) {
  const { requirements, skipped, notes } = readRequirements('requirements.txt', path =>
    path === 'requirements.txt' ? text : path.replaceAll(/\W/g, '-'),
  );
  return {
    requirements: requirements.map(({ requirement, group }) => `${group} ${formatRequirement(requirement)}`),
    leftOut: skipped.map(({ line, reason }) => `${line}: ${reason}`),
    notes: notes.map(note => note.replace('requirements.txt: ', '')),
  };
}

describe('a line of requirements.txt', () => {
  for (const [what, text, requirements] of [
    ['a comment, which never goes on', '# a \\\nflask\n  # b \\\nredis', ['runtime flask', 'runtime redis']],
    ['a file whose name has an equals sign', '-ra=b.txt', ['runtime a-b-txt']],
    ['a hash that is no comment', 'git+https://h/x#egg=x # y', ['runtime x']],
  ] as const) {
    it(`may be ${what}`, () => {
      const found = lines(text);
      assert.deepEqual([found.requirements, found.leftOut], [requirements, []]);
    });
  }

  for (const [text, leftOut] of [
    ['-r a.txt b c', 'b c: pip ignores everything after -r and its file'],
    ['-1', '-1: it is not a pip option for requirements files'],
    ['-e .', '-e .: it does not name a package; packages come from nixpkgs, by name'],
    ['flask=2', 'flask=2: "=2" in "flask=2" is not a valid version range'],
    ['flask==${V.1}', 'flask==${V.1}: "==${V.1}" in "flask==${V.1}" is not a valid version range'],
    ['--pre', '--pre: nixpkgs has one version of each package'],
  ] as const) {
    it(`${text} is left out`, () => assert.deepEqual(lines(text).leftOut, [leftOut]));
  }

  it('is summarised only if its package is taken over', () =>
    assert.deepEqual(lines('flask=2 --hash=sha256:00').notes, []));

  it('may have short options', () =>
    assert.deepEqual(lines('x -C a=b').notes, ['the options after x are not carried over.']));

  it('of many kinds is named ten times at most', () => {
    const names = [...'abcdefghij'];
    const note = (all: readonly string[]) => lines(all.map(name => `${name} --pre`).join('\n')).notes;
    assert.deepEqual(note(names), [`the options after ${names.join(', ')} are not carried over.`]);
    assert.deepEqual(note([...names, 'k', 'l']), [
      `the options after ${names.join(', ')} and 2 more are not carried over.`,
    ]);
  });

  it('may include a hundred files in all', () => {
    const read: string[] = [];
    const chain = (path: string): string => {
      read.push(path);
      return `-r ${path}r`;
    };
    assert.throws(() => readRequirements('r', chain), { hint: 'Copy the lines you need into r.' });
    assert.equal(read.length, 100);
  });
});
