import assert from 'node:assert/strict';
import { findRelease, pinOf } from '../../src/catalog/releases.ts';
import type { Availability, NixpkgsPackage, Problem } from '../../src/model/availability.ts';
import { checkPackages, checkRequirements } from '../../src/model/check-packages.ts';
import { describeFaults, faultTable } from '../../src/model/package-faults.ts';
import { parseRequirement } from '../../src/packaging/requirement.ts';

const pin = pinOf(findRelease('26.05') ?? assert.fail());
const asked = { pin, release: '26.05', python: '3.13' };
const found = (version: string, more: Partial<NixpkgsPackage> = {}): NixpkgsPackage => ({
  attribute: 'x',
  version,
  extras: [],
  unaided: true,
  ...more,
});
const nix = (packages: Record<string, NixpkgsPackage | null>): Availability => ({
  source: { kind: 'nix' },
  packages: new Map(Object.entries(packages)),
});
const near = (packages: Record<string, NixpkgsPackage | null>): Availability => ({
  ...nix(packages),
  source: { kind: 'near', label: 'nixpkgs of July 2026' },
});

const faultsOf = (texts: readonly string[], availability: Availability, of = asked) =>
  checkRequirements(
    texts.map(text => parseRequirement(text)),
    availability,
    of,
  );
const warningsOf = (texts: readonly string[], availability: Availability, of = asked) =>
  describeFaults(faultsOf(texts, availability, of), of);

describe('the faults of requirements', () => {
  it('are none where nixpkgs has it all, and of names that were not asked for', () => {
    const has = nix({ redis: found('4.3.4', { extras: ['hiredis'] }), odd: found('unstable') });
    for (const text of ['redis', 'redis>=4,<5', 'redis[hiredis]==4.3.4', 'odd', 'odd===unstable', 'not-asked-for>=1']) {
      assert.deepEqual(faultsOf([text], has), [], text);
    }
    const unknown = nix({ redis: found('', { version: undefined, extras: undefined } as object) });
    assert.deepEqual(faultsOf(['redis[x]>=9'], unknown), [], 'what is not known');
  });

  it('are all there is to know of each, for a command to act on', () => {
    const has = nix({
      reqests: null,
      asyncio: null,
      flask: found('3.1.2', { attribute: 'flask' }),
      psycopg: found('3.3.4', { attribute: 'psycopg', extras: ['c', 'pool'] }),
      risky: found('1.2', { problem: { kind: 'insecure', allowedAs: 'python3.13-risky-1.2' } }),
    });
    const faults = faultsOf(['reqests', 'asyncio', 'flask==3.0.0', 'psycopg[binary]>=3', 'risky>=2'], has);
    const source = { kind: 'nix' } as const;
    const where = 'the pinned nixpkgs (26.05)';
    const none = { otherReleases: [], suggestions: [] };
    assert.deepEqual(faults[0], {
      ...{ kind: 'missing', name: 'reqests', requirement: 'reqests', wanted: '', source, where },
      ...{ otherReleases: [], suggestions: ['requests'] },
    });
    assert.deepEqual(faults[1], {
      ...{ kind: 'never', name: 'asyncio', requirement: 'asyncio', wanted: '', source, where, ...none },
      ...{ reason: "it is part of Python's standard library since 3.4", fix: 'Remove asyncio.' },
    });
    assert.deepEqual(faults[2], {
      ...{ kind: 'version', name: 'flask', requirement: 'flask==3.0.0', wanted: '==3.0.0', source, where, ...none },
      ...{ attribute: 'flask', version: '3.1.2' },
    });
    assert.deepEqual(faults[3], {
      ...{
        kind: 'extra',
        name: 'psycopg',
        requirement: 'psycopg[binary]>=3',
        wanted: 'binary',
        source,
        where,
        ...none,
      },
      ...{ attribute: 'psycopg', version: '3.3.4', offered: ['c', 'pool'] },
    });
    assert.deepEqual(
      faults.slice(4).map(({ kind, problem, wanted }) => [kind, problem?.kind, wanted]),
      [
        ['not-derivation', 'insecure', ''],
        ['version', undefined, '>=2'],
      ],
    );
  });

  it('name the releases that have what suits: by their packages, else by the table', () => {
    const old = { pin: pinOf(findRelease('22.05') ?? assert.fail()), release: '22.05', python: '3.9' };
    const [version] = faultsOf(['flask>=3.1'], nix({ flask: found('2.1.2') }), old);
    assert.deepEqual(version?.otherReleases[0], { release: '26.05', version: '3.1.2' });
    const [missing] = faultsOf(['quart'], nix({ quart: null }), old);
    assert.deepEqual(missing?.otherReleases.map(({ release }) => release).slice(0, 2), ['24.05', '24.11']);
    assert.deepEqual(faultsOf(['flask>=99'], nix({ flask: found('2.1.2') }), old)[0]?.otherReleases, []);
  });
});

describe('the sentences about faults', () => {
  const problem = (kind: Problem['kind'], more: Partial<Problem> = {}) => found('1.2', { problem: { kind, ...more } });

  for (const [text, has, says] of [
    [
      'reqests',
      null,
      /^packages: the pinned nixpkgs \(26\.05\) has no package reqests for python313\. Did you mean requests\? If/,
    ],
    [
      'zzzz',
      null,
      /^packages: the pinned nixpkgs \(26\.05\) has no package zzzz for python313\. If nixpkgs has it under/,
    ],
    [
      'redis==3.*',
      found('4.3.4'),
      /has redis 4\.3\.4, which "redis==3\.\*" does not allow\. Change the range, or choose another/,
    ],
    ['redis>=1', found(''), /has redis without a version, which "redis>=1" does not allow/],
    [
      'redis[hiredis]>=1',
      found('unstable-2023-01-01', { extras: ['hiredis'] }),
      /redis unstable-2023-01-01, which "redis\[h/,
    ],
    [
      'psycopg[binary]',
      found('3', { extras: ['c'] }),
      /has psycopg without the extra binary \(it has c\)\. Remove the extra/,
    ],
    ['psycopg[binary]', found('3'), /without the extra binary \(it has none\)/],
    [
      'x',
      problem('insecure', { allowedAs: 'x-1.2' }),
      /marks x as insecure\. .*"x-1\.2".*permittedInsecurePackages of nix\/overrides/,
    ],
    ['x', problem('unfree'), /marks x as unfree\. .* unfreePackages of nix\/overrides\.nix/],
    ['x', problem('broken'), /marks x as broken\. .* allowBroken in nix\/overrides\.nix/],
    ['x', problem('unsupported'), /does not have x for this system\. Remove it\./],
    ['x', problem('disabled'), /does not have x for Python 3\.13\. Choose another Python/],
    [
      'x',
      problem('fails', { message: 'boom' }),
      /x does not evaluate in the pinned nixpkgs \(26\.05\) on Python 3\.13: boom\./,
    ],
  ] as const) {
    it(`are a sentence for one: ${text}, ${String(says).slice(1, 40)}`, () => {
      const warnings = warningsOf([text], nix({ [parseRequirement(text).name]: has }));
      assert.equal(warnings.length, 1);
      assert.match(warnings[0] ?? '', says);
    });
  }

  it('are a list for several of a kind', () => {
    const has = nix({ flask: found('3.1.2'), redis: found('7.4.0'), reqests: null, zzzz: null });
    assert.deepEqual(warningsOf(['flask==3.0.0', 'reqests', 'redis<5', 'zzzz'], has), [
      'packages: not found in the pinned nixpkgs (26.05) for python313:\n' +
        '  reqests (did you mean requests?)\n  zzzz\n' +
        '  If nixpkgs has it under another attribute, set that in [tool.nixpkgs.attributes] of pyproject.toml; else remove it.',
      'packages: the pinned nixpkgs (26.05) has other versions:\n' +
        '  flask==3.0.0: it has 3.1.2\n  redis<5: it has 7.4.0\n' +
        '  Change the range, or choose another nixpkgs.',
    ]);
  });

  it('name the nixpkgs that says so, where it is not the pinned one', () => {
    const [version] = warningsOf(['flask==3.0.0'], near({ flask: found('3.1.2') }));
    assert.match(version ?? '', /^packages: nixpkgs of July 2026 has flask 3\.1\.2, which/);
    const [missing] = warningsOf(['zzzz'], { ...nix({ zzzz: null }), source: { kind: 'names' } });
    assert.match(
      missing ?? '',
      /^packages: the catalog does not know zzzz, and the pinned nixpkgs \(26\.05\) may lack it\./,
    );
  });
});

describe('a table of faults', () => {
  it('has the requirements and what nixpkgs has instead', () => {
    const has = nix({
      reqests: null,
      redis: found('4.3.4'),
      psycopg: found('3.3.4', { extras: ['c'] }),
      risky: found('1.2', { problem: { kind: 'insecure' } }),
      odd: found('2', { problem: { kind: 'fails', message: 'boom' } }),
    });
    assert.equal(
      faultTable(faultsOf(['reqests', 'redis>=5,<6', 'psycopg[binary]', 'risky', 'odd'], has)),
      '  reqests          not there; did you mean requests?\n' +
        '  redis>=5,<6      4.3.4\n' +
        '  psycopg[binary]  3.3.4, without the extra binary\n' +
        '  risky            1.2, which is marked as insecure; nix/overrides.nix can allow it\n' +
        '  odd              2, which does not evaluate on this Python: boom',
    );
  });
});

describe('packages checked for a command', () => {
  const check = (texts: readonly string[], availability?: Availability, more: Partial<typeof asked> = {}) =>
    checkPackages(
      texts.map(text => parseRequirement(text)),
      { ...asked, ...more, availability },
    );

  it('get the attributes that nix/python.nix needs, and their versions', () => {
    const has = nix({
      torch: found('1.13.1', { attribute: 'pytorch', unaided: false }),
      redis: found('4.3.4', { attribute: 'redis' }),
    });
    const { attributes, versions, versionsOf, warnings } = check(['torch', 'redis'], has);
    assert.deepEqual([...attributes], [['torch', 'pytorch']]);
    assert.deepEqual(
      [...versions],
      [
        ['torch', '1.13.1'],
        ['redis', '4.3.4'],
      ],
    );
    assert.deepEqual([versionsOf, warnings], ['the pinned nixpkgs', []]);
  });

  it('are those of the catalog without Nix', () => {
    const { attributes, versions, versionsOf, warnings } = check(['flask==3.0.0', 'opencv-python', 'python-jose']);
    assert.deepEqual([...attributes], [['opencv-python', 'opencv4']]);
    assert.equal(versions.get('flask'), '3.1.2');
    assert.equal(versionsOf, 'nixpkgs of July 2026');
    assert.equal(warnings.length, 1);
  });

  it('are refused, all at once, if nixpkgs never has them', () => {
    assert.throws(() => check(['asyncio', 'flask', 'pywin32', 'poetry']), {
      exitCode: 2,
      message:
        "packages: nixpkgs has no package asyncio: it is part of Python's standard library since 3.4.\n" +
        '  nixpkgs has no package pywin32: it is for Windows only.\n' +
        '  nixpkgs has no package poetry: it is a program, pkgs.poetry, not a Python package.',
      hint: 'Remove asyncio. Remove pywin32. Remove poetry, and add pkgs.poetry to the packages in shell.nix.',
    });
  });

  it('are not, if the pinned nixpkgs has them after all', () => {
    assert.deepEqual(check(['dataclasses'], nix({ dataclasses: found('0.8') })).warnings, []);
    assert.deepEqual(check(['nvidia-ml-py', 'ruff', 'uv', 'hatch', 'semgrep', 'yt-dlp']).warnings, []);
  });
});
