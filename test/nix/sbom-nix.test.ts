import assert from 'node:assert/strict';
import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { nixEnvironment } from '../download/trees.ts';
import { command, scratch } from '../commands/process.ts';
import { needs } from '../needs.ts';
import { nix } from '../nix-available.ts';
import { pack } from './tarball.ts';

describe('nix/sbom.nix of a project', function () {
  this.timeout(60_000);
  const folder = scratch();
  const project = join(folder, 'hello');
  let env: Record<string, string>;

  before(needs('nix-instantiate'));
  before(async () => {
    env = nixEnvironment(mkdtempSync(join(folder, 'nix-'))) as Record<string, string>;
    const versions = ['--nixpkgs', pathToFileURL(pack(folder)).href, '--python', '3.11'];
    const { code, stderr } = await command(['hello', '--yes', ...versions], { cwd: folder, env });
    assert.equal(code, 0, stderr);
  });

  /** What the SBOM would be told of packages, in a nixpkgs with this overlay. */
  const packages = (overlay: string): Record<string, unknown> => {
    const expression = `(import ${project}/nix/nixpkgs.nix { overlays = [ (final: prev: ${overlay}) ]; }).project.sbom.packages`;
    return JSON.parse(nix(env, 'nix-instantiate', '--eval', '--strict', '--json', '-E', expression));
  };

  it('evaluates, by itself and from the flake', () => {
    const alone = nix(env, 'nix-instantiate', join(project, 'nix/sbom.nix')).trim();
    assert.match(alone, /-hello-sbom\.drv$/);
    const flake = `path:${project}#packages.x86_64-linux.sbom.drvPath`;
    assert.equal(nix(env, 'nix', 'eval', '--raw', flake), alone);
  });

  it('knows the licences of packages, and of what they are linked with', () => {
    const known = packages(`{
      zlib = prev.bash // { name = "zlib-1.3"; meta.license = { spdxId = "Zlib"; }; };
      glibc = prev.glibc // {
        name = "glibc-2.40";
        buildInputs = [ final.zlib null "/etc" (throw "is broken") ];
        meta.license = [ { spdxId = "LGPL-2.0-or-later"; } { fullName = "Some license"; } "free" { free = true; } ];
        meta.identifiers.cpe = "cpe:2.3:a:gnu:glibc:2.40:*:*:*:*:*:*:*";
      };
      tzdata = prev.tzdata // { meta = throw "unfree"; };
    }`);
    assert.deepEqual(known['glibc-2.40'], {
      cpe: 'cpe:2.3:a:gnu:glibc:2.40:*:*:*:*:*:*:*',
      licenses: [{ id: 'LGPL-2.0-or-later' }, { name: 'Some license' }, { name: 'free' }, { name: 'other' }],
    });
    assert.deepEqual(known['zlib-1.3'], { cpe: null, licenses: [{ id: 'Zlib' }] });
    assert.deepEqual(known.tzdata, { cpe: null, licenses: [] });
    assert.ok(known['python3.11-flask-2.2.2'], 'the packages of the app');
  });
});
