import assert from 'node:assert/strict';
import { type PackageCatalog } from '../../src/catalog/packages.ts';
import { attributeEntry, candidates, classify, suggestPackages } from '../../src/model/package-names.ts';

const catalog: PackageCatalog = {
  packages: {
    flask: {},
    'flask-login': { '22.05': 'flask_login', '24.05': 'flask-login' },
    'python-dotenv': {},
    quart: { '22.05': null, '24.05': 'quart' },
    torch: { '22.05': 'pytorch', '24.05': 'torch' },
    'opencv-python': { '22.05': 'opencv4' },
    fluss: {},
    flume: {},
    flash: {},
  },
  tools: { ruff: 'pkgs.ruff' },
  never: { asyncio: 'it is part of the standard library', 'nvidia-*': 'it is CUDA' },
};

const of = (name: string, release?: string) => classify({ name }, release, catalog);

describe('classify', () => {
  for (const [name, release, kind, attribute] of [
    ['flask', '24.05', 'known', 'flask'],
    ['flask', undefined, 'known', 'flask'],
    // Between two entries the older one holds, before the first one the first.
    ['flask-login', '21.11', 'known', 'flask_login'],
    ['flask-login', '23.11', 'known', 'flask_login'],
    ['flask-login', '24.05', 'known', 'flask-login'],
    ['torch', '21.11', 'renamed', 'pytorch'],
    ['torch', '22.05', 'renamed', 'pytorch'],
    ['torch', '23.11', 'renamed', 'pytorch'],
    ['torch', '24.05', 'known', 'torch'],
    ['torch', '26.05', 'known', 'torch'],
    ['torch', undefined, 'known', 'torch'],
    ['opencv-python', '26.05', 'renamed', 'opencv4'],
  ] as const) {
    it(`${name} at ${release ?? 'an unknown release'}: ${kind}, ${attribute}`, () => {
      const verdict = of(name, release);
      assert.deepEqual(verdict, { kind, name, attribute });
      assert.deepEqual(attributeEntry(verdict), kind === 'renamed' ? [name, attribute] : undefined);
    });
  }

  for (const [name, near] of [
    ['flaks', ['flash', 'flask', 'fluss']],
    ['flasks', ['flask', 'flash', 'fluss']],
    ['dotenv', ['python-dotenv']],
    ['opencv', ['opencv-python']],
    ['zzzz', []],
    // Names that every object has.
    ['constructor', []],
    ['valueof', []],
  ] as const) {
    it(`${name} is unknown, near to ${near.join(', ') || 'nothing'}`, () => {
      const verdict = of(name, '24.05');
      assert.ok(verdict.kind === 'unknown');
      assert.deepEqual(verdict.nearMisses, near);
      assert.match(verdict.message, new RegExp(`^packages: ${name} is not .* nixpkgs 24\\.05\\.$`));
      assert.equal(/Did you mean/.test(verdict.hint), near.length > 0);
      assert.equal(attributeEntry(verdict), undefined);
    });
  }

  it('says by which release a package is known', () => {
    const verdict = of('quart', '23.11');
    assert.ok(verdict.kind === 'unknown');
    assert.equal(verdict.message, 'packages: quart is available since nixpkgs 24.05; it may be missing from 23.11.');
    assert.equal(of('quart', '24.05').kind, 'known');
    assert.equal(of('quart').kind, 'known');
  });

  it('says where a program goes', () => {
    const verdict = of('ruff', '24.05');
    assert.ok(verdict.kind === 'never');
    assert.match(verdict.message, /has ruff as a program, pkgs\.ruff/);
    assert.match(verdict.hint, /add pkgs\.ruff to the packages in shell\.nix/);
  });

  for (const [name, why] of [
    ['asyncio', /no package asyncio: it is part of the standard library\.$/],
    ['nvidia-cublas-cu12', /no package nvidia-cublas-cu12: it is CUDA\.$/],
  ] as const) {
    it(`${name} never`, () => {
      const verdict = of(name);
      assert.ok(verdict.kind === 'never');
      assert.match(verdict.message, why);
      assert.equal(attributeEntry(verdict), undefined);
    });
  }
  it('takes only the family for the family', () => assert.equal(of('nvidia').kind, 'unknown'));
});

describe('what to look for in a tree', () => {
  for (const [name, release, attributes] of [
    ['flask', '24.05', ['flask']],
    ['never-heard-of', undefined, ['never-heard-of', 'never_heard_of']],
    // What it was called at another time comes last.
    ['torch', '23.11', ['pytorch', 'torch']],
    ['torch', '26.05', ['torch', 'pytorch']],
    ['quart', '22.05', ['quart']],
    ['opencv-python', '26.05', ['opencv4', 'opencv-python', 'opencv_python']],
    ['constructor', '26.05', ['constructor']],
  ] as const) {
    it(`${name} at ${release ?? 'an unknown release'}: ${attributes.join(', ')}`, () => {
      assert.deepEqual(candidates(name, release, catalog), attributes);
    });
  }

  it('is not near to itself', () =>
    assert.deepEqual(suggestPackages('flask', undefined, '24.05', catalog), ['flash', 'fluss']));
});
