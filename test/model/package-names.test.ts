import assert from 'node:assert/strict';
import { pythonSets } from '../../src/catalog/python-sets.ts';
import { candidates, findInSet, reasonNever, spellings, suggestPackages } from '../../src/model/package-names.ts';

const set = pythonSets().at(-1) ?? assert.fail();

describe('what to look for in a tree', () => {
  for (const [name, release, attributes] of [
    ['flask', '24.05', ['flask']],
    ['never-heard-of', undefined, ['never-heard-of', 'never_heard_of']],
    // What it was called at another time comes last.
    ['torch', '23.11', ['pytorch', 'torch']],
    ['torch', '26.05', ['torch', 'pytorch']],
    ['quart', '22.05', ['quart']],
    ['opencv-python', '26.05', ['opencv4', 'opencv-python', 'opencv_python']],
    ['discord-py', '26.05', ['discord-py', 'discord_py', 'discordpy']],
    ['constructor', '26.05', ['constructor']],
  ] as const) {
    it(`${name} at ${release ?? 'an unknown release'}: ${attributes.join(', ')}`, () => {
      assert.deepEqual(candidates(name, release), attributes);
    });
  }

  it('spells a name in two ways at most', () => {
    assert.deepEqual(spellings('flask-login'), ['flask-login', 'flask_login']);
    assert.deepEqual(spellings('flask'), ['flask']);
  });
});

describe('a package of a set', () => {
  for (const [name, attribute] of Object.entries({
    ruff: 'ruff',
    uv: 'uv',
    'yt-dlp': 'yt-dlp',
    'nvidia-ml-py': 'nvidia-ml-py',
    'mysql-connector-python': 'mysql-connector-python',
    'python-jose': 'python-jose',
    'opencv-python': 'opencv4',
    'discord-py': 'discordpy',
    'scikit-learn': 'scikit-learn',
    constructor: undefined,
    reqests: undefined,
  })) {
    it(`${name} is ${attribute}`, () => assert.equal(findInSet(set, name, '26.05')?.attribute, attribute));
  }
  it('is the one that the user has set, and no other', () => {
    assert.equal(findInSet(set, 'mine', '26.05', 'redis')?.attribute, 'redis');
    assert.equal(findInSet(set, 'redis', '26.05', 'no-such-attribute'), undefined);
  });
});

describe('what nixpkgs never has', () => {
  it('has a reason, and something to do about it', () => {
    assert.match(reasonNever('asyncio')?.reason ?? '', /standard library/);
    assert.match(reasonNever('nvidia-cublas-cu12')?.reason ?? '', /cudaPackages/);
    assert.match(reasonNever('poetry')?.reason ?? '', /program, pkgs\.poetry/);
    assert.match(reasonNever('poetry')?.fix ?? '', /add pkgs\.poetry to the packages in shell\.nix/);
    for (const name of ['flask', 'nvidia', 'constructor']) assert.equal(reasonNever(name), undefined, name);
  });
});

describe('a package that was probably meant', () => {
  for (const [typed, meant] of Object.entries({
    reqests: ['requests'],
    flaskk: ['flask'],
    pandsa: ['pandas'],
    gunicron: ['gunicorn'],
    beautifulsoup: ['beautifulsoup4'],
    // By what is imported.
    sklearn: ['scikit-learn'],
    bs4: ['beautifulsoup4'],
    cv2: ['opencv-python'],
    // By an affix.
    dotenv: ['python-dotenv'],
    jose: ['python-jose'],
    yaml: ['pyyaml'],
  })) {
    it(`by ${typed} is ${meant.join(', ')}`, () =>
      assert.deepEqual(suggestPackages(typed, '26.05', set).slice(0, 1), meant));
  }
  for (const typed of [
    'zzzz',
    'x-y-z',
    'our-internal-lib',
    'asyncio',
    'constructor',
    'valueof',
    'acme-billing',
    'qw',
    '',
  ]) {
    it(`by ${JSON.stringify(typed)} is none`, () => assert.deepEqual(suggestPackages(typed, '26.05', set), []));
  }
  it('is found without a set among the well-known ones', () => {
    assert.deepEqual(suggestPackages('reqests', '22.05', undefined), ['requests']);
  });
});
