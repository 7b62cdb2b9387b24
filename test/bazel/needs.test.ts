import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { lacking } from '../../bazel/needs.ts';
import { scratch } from '../command/process.ts';
import { needs } from '../needs.ts';
import { nixEnvironment } from '../nix.ts';

describe('what a machine lacks for a build', () => {
  const folder = scratch();

  /** A PATH with these programs only, each doing nothing. */
  function path(name: string, ...programs: string[]): string {
    const bin = join(folder, name);
    mkdirSync(bin);
    for (const program of programs) {
      writeFileSync(join(bin, program), '#!/bin/sh\n');
      chmodSync(join(bin, program), 0o755);
    }
    return bin;
  }

  it('is Nix, and nothing that hangs on it, where Nix is not installed', async () => {
    const lacks = await lacking({ folder, environment: { PATH: path('none', 'docker') } });
    assert.deepEqual(
      lacks.map(({ what, optional }) => [what, optional]),
      [['Nix is not installed', false]],
    );
    assert.match(lacks[0]?.mend ?? '', /nixos\.org\/nix\/install/);
  });

  describe('with Nix', () => {
    before(needs('nix-instantiate'));
    const nix = (bin: string) => {
      for (const program of ['nix-shell', 'nix-instantiate']) symlinkSync(`/usr/bin/${program}`, join(bin, program));
      return bin;
    };

    it('is nothing but a container engine, which a build can do without', async () => {
      const environment = { ...nixEnvironment(join(folder, 'nix')), PATH: nix(path('without')) };
      const lacks = (await lacking({ folder, environment })).filter(({ what }) => !what.includes('GiB'));
      assert.deepEqual(
        lacks.map(({ what, optional }) => [what, optional]),
        [['There is neither Docker nor Podman to run the image', true]],
      );
      const both = { ...environment, PATH: nix(path('with', 'podman')) };
      assert.deepEqual(
        (await lacking({ folder, environment: both })).filter(({ what }) => !what.includes('GiB')),
        [],
      );
    });

    it('is a store that can be used, told in the words of Nix', async () => {
      const environment = { ...nixEnvironment(join(folder, 'lost')), PATH: nix(path('lost-bin')) };
      const lacks = await lacking({ folder, environment: { ...environment, NIX_REMOTE: 'unix:///nowhere/socket' } });
      assert.match(lacks[0]?.what ?? '', /^Nix cannot use its store: .*nowhere/);
      assert.equal(lacks[0]?.optional, false);
    });
  });
});
