import assert from 'node:assert/strict';
import { attributeAt, findPackage, withAttribute } from '../../tools/catalog/attributes.ts';
import { attributeOf } from '../../src/catalog/packages.ts';

const found = (attribute: string, pname: string | null = attribute) => ({ attribute, pname, version: '1.0' });

describe('findPackage', () => {
  const packages = [
    found('APScheduler'),
    found('django_5', 'django'),
    found('django', 'django'),
    found('pytorch-bin', 'torch'),
    found('ruamel-yaml', 'ruamel.yaml'),
    found('yaml_parts', 'zope'),
    found('zope_interface', null),
  ];
  const attribute = (name: string, recorded: string | null = name) => findPackage(packages, name, recorded)?.attribute;

  it('takes what has the name, however it is spelled', () => {
    assert.equal(attribute('django'), 'django');
    assert.equal(attribute('apscheduler'), 'APScheduler');
    assert.equal(attribute('ruamel-yaml'), 'ruamel-yaml');
    assert.equal(attribute('zope-interface'), 'zope_interface');
  });

  it('takes what calls itself so, if no attribute does', () => {
    assert.equal(attribute('torch'), 'pytorch-bin');
    assert.equal(attribute('zope', null), 'yaml_parts');
  });

  it('prefers what is recorded as long as it exists', () => {
    assert.equal(attribute('django', 'django_5'), 'django_5');
    assert.equal(attribute('pyyaml', 'yaml_parts'), 'yaml_parts');
    assert.equal(attribute('django', 'django_2'), 'django');
  });

  it('finds nothing where nothing is', () => {
    assert.equal(attribute('flask'), undefined);
    assert.equal(attribute('flask', null), undefined);
  });
});

describe('withAttribute', () => {
  const order = ['22.05', '22.11', '23.05', '23.11', '24.05'];
  const table: [string, Record<string, string | null>, string, string | null, Record<string, string | null>][] = [
    ['leaves alone what is right', {}, '23.05', 'torch', {}],
    [
      'leaves alone what is right, recorded',
      { '22.05': 'pytorch', '24.05': 'torch' },
      '23.05',
      'pytorch',
      { '22.05': 'pytorch', '24.05': 'torch' },
    ],
    [
      'moves a change to when it happened',
      { '22.05': 'pytorch', '24.05': 'torch' },
      '23.11',
      'torch',
      { '22.05': 'pytorch', '23.11': 'torch' },
    ],
    ['keeps the releases on both sides', {}, '23.05', null, { '22.11': 'torch', '23.05': null, '23.11': 'torch' }],
    ['keeps those after the first', {}, '22.05', 'pytorch', { '22.05': 'pytorch', '22.11': 'torch' }],
    ['keeps those before the last', {}, '24.05', 'torch_2', { '23.11': 'torch', '24.05': 'torch_2' }],
    ['forgets what is the default', { '22.05': 'pytorch', '22.11': 'torch' }, '22.05', 'torch', {}],
  ];
  for (const [what, before, release, attribute, after] of table) {
    it(what, () => {
      const result = withAttribute(before, 'torch', release, attribute, order);
      assert.deepEqual(result, after);
      for (const each of order) {
        const expected = each === release ? attribute : attributeAt(before, 'torch', each);
        assert.equal(attributeAt(result, 'torch', each), expected, each);
        // What reads packages.json must understand it the same way.
        assert.equal(attributeOf('torch', each, { packages: { torch: result }, tools: {}, never: {} }), expected, each);
      }
    });
  }
});
