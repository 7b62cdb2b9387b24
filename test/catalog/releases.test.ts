import assert from 'node:assert/strict';
import {
  defaultRelease,
  findRelease,
  isBazelEndOfLife,
  isEndOfLife,
  isPythonEndOfLife,
  offeredBazels,
  offeredPythons,
  pinOf,
  type Release,
  releaseOfPin,
  releases,
  releasesWithBazel,
  releasesWithPython,
  withRelease,
  withEveryPython,
} from '../../src/catalog/releases.ts';
import type { Pin } from '../../src/pin/pin.ts';

const release = (name: string): Release => {
  const found = findRelease(name);
  assert.ok(found, name);
  return found;
};
const names = (of: readonly { name: string }[]): string[] => of.map(({ name }) => name);
const day = (text: string): Date => new Date(`${text}T12:00:00Z`);
const rolling = ['nixos-unstable', 'nixpkgs-unstable'];

describe('catalog/releases.json', () => {
  for (const { name, branch, pin, codename, released, eol, confidence, ...rest } of releases()) {
    describe(name, () => {
      it('is pinned by its hash', () => {
        assert.match(pin.rev, /^[0-9a-f]{40}$/);
        assert.match(pin.narHash, /^sha256-[A-Za-z0-9+/]{43}=$/);
        assert.equal(branch, rolling.includes(name) ? name : `nixos-${name}`);
      });

      it('has a life cycle, or is a rolling channel', () => {
        assert.ok(['exact', 'near', 'inferred'].includes(confidence));
        if (rolling.includes(name))
          return assert.deepEqual([codename, released, eol], [undefined, undefined, undefined]);
        assert.match(codename ?? '', /^[A-Z][a-z]+$/);
        const [from, until] = [Date.parse(released ?? ''), Date.parse(eol ?? '')];
        assert.ok(from < until);
        // Some branches got a last commit months after their end of life.
        assert.ok(pin.lastModified * 1000 > from && pin.lastModified * 1000 < until + 366 * 86_400_000);
        assert.equal(`20${name.replace('.', '-')}`, released?.slice(0, 7));
      });

      it('has Pythons whose names match attributes and versions', () => {
        for (const [minor, { attribute, version, prerelease }] of Object.entries(rest.pythons)) {
          assert.equal(attribute, `python${minor.replace('.', '')}`);
          assert.match(version, new RegExp(`^${minor.replace('.', '\\.')}(\\.\\d+((a|b|rc)\\d+)?)?$`));
          if (/[abc]/.test(version)) assert.equal(prerelease, true);
          if (/^\d+\.\d+\.[1-9]/.test(version)) assert.equal(prerelease, undefined);
        }
      });

      it('has Bazels whose names match attributes and versions', () => {
        assert.notEqual(Object.keys(rest.bazels).length, 0);
        for (const [major, { attribute, version }] of Object.entries(rest.bazels)) {
          assert.match(major, /^[4-9]$/);
          assert.equal(attribute, `bazel_${major}`);
          assert.match(version, new RegExp(`^${major}(\\.\\d+){0,2}$`));
        }
      });

      it('offers one default Python and Bazel', () => {
        const offered = { name, branch, pin, confidence, ...rest };
        assert.deepEqual(names(offeredPythons(offered).filter(({ isDefault }) => isDefault)), [rest.defaultPython]);
        assert.equal(offeredBazels(offered).filter(({ isDefault }) => isDefault).length, 1);
      });
    });
  }

  it('pins each release to its own tree', () => {
    const hashes = releases().map(({ pin }) => pin.narHash);
    assert.equal(new Set(hashes).size, hashes.length);
  });
});

describe('releases', () => {
  it('are sorted: oldest first, rolling channels last', () => {
    const stable = names(releases()).slice(0, -rolling.length);
    assert.deepEqual(stable, [...stable].sort());
    assert.deepEqual(names(releases()).slice(-rolling.length), rolling);
    assert.ok(stable.includes('21.11') && stable.includes('26.05'));
  });

  it('are not found by unknown names', () => {
    for (const name of ['19.03', '', 'constructor', '__proto__']) assert.equal(findRelease(name), undefined);
  });

  for (const today of ['2026-11-23', '2026-12-31', '2027-02-01']) {
    it(`default on ${today} to 26.05, while it is the newest`, () => {
      const stable = releases().filter(({ name }) => name <= '26.05');
      assert.equal(defaultRelease(day(today), stable).name, '26.05');
    });
  }

  it('default to a supported one rather than a newer one past its end of life', () => {
    const among = [{ ...release('25.05'), eol: '2030-12-31' }, release('25.11'), release('nixos-unstable')];
    assert.equal(defaultRelease(day('2026-06-30'), among).name, '25.11');
    assert.equal(defaultRelease(day('2026-07-01'), among).name, '25.05');
    assert.equal(defaultRelease(day('2031-01-01'), among).name, '25.11');
  });

  it('end after the last day of their support', () => {
    const { eol } = release('26.05');
    assert.equal(eol, '2026-12-31');
    assert.equal(isEndOfLife(release('26.05'), new Date('2026-12-31T23:59:59Z')), false);
    assert.equal(isEndOfLife(release('26.05'), new Date('2027-01-01T00:00:00Z')), true);
    assert.equal(isEndOfLife(release('25.11'), day('2026-11-23')), true);
    assert.equal(isEndOfLife(release('nixos-unstable'), day('2099-01-01')), false);
  });

  it('have a pin whose updates follow the branch', () => {
    assert.deepEqual(pinOf(release('26.05')), {
      original: { type: 'github', owner: 'NixOS', repo: 'nixpkgs', ref: 'nixos-26.05' },
      locked: {
        type: 'github',
        owner: 'NixOS',
        repo: 'nixpkgs',
        rev: '5880666fd9eb563038431edb35c2d0aa595884e6',
        narHash: 'sha256-OURZPknrTjQrlNyxPdqzyqmU/81Wes1CUP/Ft1Rv/YI=',
        lastModified: 1787204541,
      },
      release: '26.05',
    });
    const channel = pinOf(release('nixpkgs-unstable'));
    assert.equal(channel.release, undefined);
    assert.equal(channel.original.type === 'github' && channel.original.ref, 'nixpkgs-unstable');
  });
});

describe('the release of a pin', () => {
  const { locked } = pinOf(release('25.11'));
  const other = { ...locked, rev: 'b'.repeat(40) };
  const github = (owner: string, ref: string) => ({ type: 'github', owner, repo: 'nixpkgs', ref }) as const;
  const tarball = { type: 'tarball', url: 'https://example.org/a.tar.gz' } as const;
  const ofTarball = { original: tarball, locked: { ...tarball, narHash: 'sha256-' } };
  for (const [what, pin, name] of [
    ['its branch', { original: github('NixOS', 'nixos-25.11'), locked: other }, '25.11'],
    ['its branch, in lower case', { original: github('nixos', 'nixos-25.11'), locked: other }, '25.11'],
    ['its branch, before its commit', { original: github('NixOS', 'nixos-26.05'), locked }, '26.05'],
    ['its small branch', { original: github('NixOS', 'nixos-25.11-small'), locked: other }, '25.11'],
    ['its darwin branch', { original: github('NixOS', 'nixpkgs-25.11-darwin'), locked: other }, '25.11'],
    ['its development branch', { original: github('NixOS', 'release-25.11'), locked: other }, '25.11'],
    ['a rolling channel', { original: github('NixOS', 'nixos-unstable'), locked: other }, 'nixos-unstable'],
    ['its commit', { original: github('NixOS', 'master'), locked }, '25.11'],
    ['its commit in a fork', { original: github('acme', 'master'), locked }, '25.11'],
    ['its tree', { ...ofTarball, release: '25.11' }, '25.11'],
    ['a tree of an unknown release', { ...ofTarball, release: '19.03' }, undefined],
    ['a branch of that name in a fork', { original: github('acme', 'nixos-25.11'), locked: other }, undefined],
    ['a branch with its number', { original: github('NixOS', 'staging-25.11'), locked: other }, undefined],
    ['an unknown tarball', ofTarball, undefined],
  ] as const) {
    it(`is ${name ?? 'unknown'} by ${what}`, () => {
      assert.equal(releaseOfPin(pin)?.name, name);
      assert.equal(releaseOfPin(pin, '26.05')?.name, name, 'whatever was answered');
      const { release: own }: Pin = pin;
      assert.equal(withRelease(pin).release, name === 'nixos-unstable' ? undefined : (name ?? own));
    });
  }

  it('without a pin is the one that was answered', () => {
    assert.equal(releaseOfPin(undefined, '26.05')?.name, '26.05');
    assert.equal(releaseOfPin(undefined, 'master'), undefined);
    assert.equal(releaseOfPin(undefined), undefined);
  });
});

describe('the Pythons of a release', () => {
  it("are all offered for a tree of one's own, of which less is known", () => {
    assert.ok(!names(offeredPythons(release('26.05'))).includes('3.11'));
    assert.deepEqual(names(offeredPythons(withEveryPython(release('26.05')))), ['3.11', '3.12', '3.13', '3.14']);
  });

  it('are offered without pre-releases', () => {
    assert.deepEqual(names(offeredPythons(release('23.05'))), ['3.8', '3.9', '3.10', '3.11']);
    assert.deepEqual(offeredPythons(release('22.05')).at(-1), {
      name: '3.11',
      attribute: 'python311',
      version: '3.11.1',
      isDefault: false,
    });
    assert.ok(!names(offeredPythons(release('26.05'))).includes('3.15'));
  });

  it('lead to the releases that offer them', () => {
    assert.deepEqual(names(releasesWithPython('3.7')), ['21.11', '22.05', '22.11']);
    assert.deepEqual(names(releasesWithPython('3.12')).slice(0, 2), ['23.11', '24.05']);
    assert.deepEqual(names(releasesWithPython('3.1')), []);
  });

  it('have an end of life, on the last day of a month', () => {
    const offered = new Set(releases().flatMap(each => names(offeredPythons(each))));
    for (const name of offered) assert.ok(isPythonEndOfLife(name, day('2099-01-01')), name);
    assert.equal(isPythonEndOfLife('3.10', day('2026-10-31')), false);
    assert.equal(isPythonEndOfLife('3.10', day('2026-11-01')), true);
    assert.equal(isPythonEndOfLife('3.99', day('2099-01-01')), false);
  });
});

describe('the Bazels of a release', () => {
  it('default to 8 if offered, else to the newest', () => {
    const preferred = (name: string) => offeredBazels(release(name)).find(({ isDefault }) => isDefault)?.name;
    const expected = { '21.11': '4', '22.05': '5', '22.11': '6', '25.05': '7', '25.11': '8', '26.05': '8' };
    for (const [name, major] of Object.entries(expected)) assert.equal(preferred(name), major, name);
  });

  it('lead to the releases that offer them', () => {
    assert.deepEqual(names(releasesWithBazel('4')), ['21.11', '22.05', '22.11', '23.05', '23.11']);
    assert.equal(names(releasesWithBazel('9'))[0], '26.05');
    assert.deepEqual(names(releasesWithBazel('9')).slice(-rolling.length), rolling);
    assert.deepEqual(names(releasesWithBazel('3')), []);
  });

  it('have an end of life', () => {
    for (const name of releases().flatMap(each => names(offeredBazels(each)))) {
      assert.ok(isBazelEndOfLife(name, day('2099-01-01')), name);
    }
    assert.equal(isBazelEndOfLife('7', day('2026-12-31')), false);
    assert.equal(isBazelEndOfLife('6', day('2026-11-23')), true);
  });
});
