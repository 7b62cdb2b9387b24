import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parse } from 'smol-toml';
import { addPackages, removePackages } from '../../src/pyproject/edit-packages.ts';
import { type ListName, parsePyproject } from '../../src/pyproject/pyproject.ts';
import { nameIn, parseRequirement } from '../../src/packaging/requirement.ts';
import { listedNames, newNames, pyprojects } from './pyprojects.ts';

const file = 'pyproject.toml';
const none: ReadonlyMap<string, string> = new Map();
const attributes = new Map([
  ['torch', 'pytorch'],
  ['opencv-python', 'opencv4'],
]);
const isOurs = (name: string, attribute: string) => attributes.get(name) === attribute;

const add = (text: string, list: ListName, requirements: readonly string[], table = none) => {
  const parsed = requirements.map(requirement => parseRequirement(requirement));
  const { document, changes } = addPackages(parsePyproject(text, file), list, parsed, table);
  return { text: document.text, changes };
};
const remove = (text: string, list: ListName, names: readonly string[]) => {
  const { document, changes } = removePackages(parsePyproject(text, file), list, names, isOurs);
  return { text: document.text, changes };
};

/** What another parser reads. */
function read(text: string) {
  const { project, tool, ...rest } = parse(text.replace(/^\uFEFF/, '')) as any;
  const names = (texts: string[] = []) => texts.map(nameIn).sort();
  return {
    dependencies: names(project.dependencies),
    dev: names(rest['dependency-groups']?.dev),
    attributes: { ...tool?.nixpkgs?.attributes } as Record<string, string>,
  };
}

describe('changes of pyproject.toml, in any layout', () => {
  const lists = fc.constantFrom<ListName>('dependencies', 'dev');

  it('any sequence of add and remove leaves the packages that it should', () => {
    const packageName = fc.constantFrom(...listedNames, ...newNames, 'pytest', 'mypy');
    const step = fc.record({
      add: fc.boolean(),
      list: lists,
      names: fc.uniqueArray(packageName, { minLength: 1, maxLength: 6 }),
      range: fc.constantFrom('', '>=3'),
    });
    fc.assert(
      fc.property(pyprojects, fc.array(step, { maxLength: 8 }), (start, steps) => {
        const before = read(start);
        const wanted = { dependencies: new Set(before.dependencies), dev: new Set(before.dev) };
        let text = start;
        for (const { add: adds, list, names, range } of steps) {
          const normalised = names.map(nameIn);
          for (const name of normalised) wanted[list][adds ? 'add' : 'delete'](name);
          ({ text } = adds
            ? add(
                text,
                list,
                names.map(name => name + range),
                attributes,
              )
            : remove(text, list, normalised));
        }
        const after = read(text);
        assert.deepEqual(after.dependencies, [...wanted.dependencies].sort());
        assert.deepEqual(after.dev, [...wanted.dev].sort());
        const listed = new Set([...after.dependencies, ...after.dev]);
        const needed = [...attributes].filter(([name]) => listed.has(name));
        assert.deepEqual(after.attributes, { ...before.attributes, ...Object.fromEntries(needed) });
        assert.equal(text.startsWith('\uFEFF'), start.startsWith('\uFEFF'));
        if (start.includes('\r\n')) assert.doesNotMatch(text, /(?<!\r)\n/);
      }),
    );
  });

  it('removing what was added gives the first bytes back, in any order', () => {
    const order = fc.shuffledSubarray(newNames, { minLength: 1 });
    fc.assert(
      fc.property(pyprojects, lists, order, fc.nat(9), fc.boolean(), (start, list, names, turn, atOnce) => {
        const steps = atOnce ? [names] : names.map(name => [name]);
        const added = steps.reduce((text, step) => add(text, list, step, attributes).text, start);
        const back = [...names.slice(turn % names.length), ...names.slice(0, turn % names.length)];
        const undone = back.reduce((text, name) => remove(text, list, [name]).text, added);
        assert.equal(undone, start);
      }),
    );
  });

  it('only adds to what is there: every line but those with a new comma stays', () => {
    fc.assert(
      fc.property(pyprojects, lists, fc.constantFrom(...newNames), (start, list, name) => {
        const { text } = add(start, list, [name], attributes);
        let at = 0;
        for (const character of start) at = text.indexOf(character, at) + 1 || assert.fail('a character went away');
        assert.ok(text.split('\n').length <= start.split('\n').length + 6 + 4);
      }),
    );
  });

  it('adding again, or removing again, changes nothing', () => {
    fc.assert(
      fc.property(pyprojects, lists, fc.constantFrom(...newNames, ...listedNames), (start, list, name) => {
        const once = add(start, list, [`${name}>=7`], attributes).text;
        const again = add(once, list, [`${name} >= 7`], attributes);
        assert.equal(again.text, once);
        assert.equal(again.changes[0]?.action, 'kept');
        const gone = remove(start, list, [nameIn(name)]).text;
        const twice = remove(gone, list, [nameIn(name)]);
        assert.equal(twice.text, gone);
        assert.equal(twice.changes[0]?.action, 'absent');
      }),
    );
  });
});
