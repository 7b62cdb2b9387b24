import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parse as parseToml } from 'smol-toml';
import { answersWith } from '../answers.ts';
import { findRelease, offeredPythons, pinOf, type Release, releases } from '../../src/catalog/releases.ts';
import { offeredFrameworks } from '../../src/catalog/frameworks.ts';
import { resolvePin } from '../../src/download/resolve-pin.ts';
import type { Pin } from '../../src/pin/pin.ts';
import type { AppAnswers } from '../../src/model/entry.ts';
import { basePackages, checkProject } from '../../src/model/project.ts';
import type { Platform } from '../../src/model/platforms.ts';
import { qualityNames } from '../../src/model/quality.ts';
import { questions } from '../../src/model/questions.ts';
import { render } from '../../src/render/render.ts';
import { scratch } from '../commands/process.ts';
import { needs } from '../needs.ts';
import { nix, nixEnvironment } from '../nix-available.ts';
import { offered } from './offered.ts';

const packageSets = [[], ['requests', 'redis>=4,<6'], ['scikit-image', 'uvicorn[standard]', 'email-validator~=1.3']];
const today = new Date('2026-11-23');

/** A combination that the catalog offers, and the name of its folder. */
interface Combination {
  readonly folder: string;
  readonly release: Release;
  readonly python: string;
  readonly packages: readonly string[];
  readonly bazel: string;
  /** What is run, if that is not a generated Flask app. */
  readonly app?: Partial<AppAnswers>;
}

/** The answers of the tutorial, and today's defaults. */
const wellKnown = [
  { name: '22.05', python: '3.9', packages: ['flask'], bazel: '5' },
  { name: '26.05', python: '3.13', packages: [], bazel: '8' },
].map(({ name, ...rest }) => ({ folder: name, release: findRelease(name) as Release, ...rest }));

/** Each framework that is offered, and code that exists, in both dialects. */
const apps: Combination[] = [
  ...offeredFrameworks().map(framework => ({ framework })),
  { framework: 'wsgi' as const, app: 'src/shop.web:create_app("production", debug=False)' },
  { framework: 'asgi' as const, app: 'backend/main:app' },
  { framework: 'flask' as const, app: 'my_service:app' },
].flatMap(app =>
  [
    { name: '23.11', python: '3.11', bazel: '6' },
    { name: '26.05', python: '3.13', bazel: '8' },
  ].map(({ name, ...rest }) => ({
    folder: `${Object.values(app).join('-').replaceAll(/\W+/g, '-')}-bazel${rest.bazel}`,
    release: findRelease(name) as Release,
    packages: ['redis', 'requests'],
    app,
    ...rest,
  })),
);

const matrix = offered().flatMap(({ release, python, bazel }): Combination[] =>
  packageSets.map((packages, set) => ({
    folder: `${release.name}-bazel${bazel}-python${python}-${set}`,
    release,
    python,
    packages,
    bazel,
  })),
);

const combinations: Combination[] = [...matrix, ...wellKnown, ...apps];

/** Nix takes its time: it evaluates the oldest and the newest Python of each release. */
const evaluated: Combination[] = [...matrix.filter(isOutermost), ...wellKnown, ...apps];

function isOutermost({ release, python }: Combination): boolean {
  const pythons = offeredPythons(release).map(({ name }) => name);
  return python === pythons[0] || python === pythons.at(-1);
}

/** Renders a combination; `pin` replaces the release's own when Nix evaluates it. */
function rendered({ folder, release, python, packages, bazel, app }: Combination, pin: Pin = pinOf(release)) {
  // One that is an index, with all that comes with it; and each dialect with and without the parts for quality.
  const platforms: readonly Platform[] = folder === '26.05' ? ['amd64', 'arm64'] : ['amd64'];
  const answers = answersWith({
    name: 'my-service',
    nixpkgs: release.name,
    python,
    packages,
    bazel,
    platforms,
    quality: packages.length === 2 ? qualityNames : [],
    ...app,
  });
  const context = { today, folder: 'x', answers: { nixpkgs: release.name }, pin };
  questions.packages.parse(packages, context, 'packages');
  // Bazel is the only answer that changes further services.
  const services = packages.length === 2 ? ['mail-out', 'worker'] : [];
  const processes: Record<string, string> = app
    ? { 'queue-worker': `python -m worker --name "it's 5%"`, beat: 'beat' }
    : {};
  return render(checkProject({ answers, pin, services, processes }).project, '0.0.0');
}

describe('every combination that the catalog offers', function () {
  this.timeout(300_000);
  const folder = scratch();
  const all = new Map(combinations.map(combination => [combination, rendered(combination)]));

  /** Writes the distinct texts of the files that match to where a checker can read them. */
  function distinct(pattern: RegExp): string[] {
    const written = new Map<string, string>();
    for (const files of all.values()) {
      for (const [path, text] of files) {
        if (!pattern.test(path)) continue;
        const digest = createHash('sha256').update(path).update(text).digest('hex').slice(0, 12);
        written.set(join(folder, 'texts', digest, path), text);
      }
    }
    for (const [path, text] of written) {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, text);
    }
    return [...written.keys()];
  }

  it('includes each release and channel', () => {
    assert.equal(new Set(combinations.map(({ release }) => release.name)).size, releases().length);
    assert.ok(releases().length >= 12);
    assert.ok(combinations.length > 150, `${combinations.length} combinations`);
  });

  it('gives Starlark without findings by buildifier, in lint and format', () => {
    const buildifier = createRequire(import.meta.url).resolve('@bazel/buildifier/buildifier.js');
    const files = distinct(/(\.bazel|WORKSPACE)$/);
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [buildifier, '--mode=check', '--lint=warn', ...files],
      { encoding: 'utf8' },
    );
    assert.equal(`${stdout}${stderr}`, '');
    assert.equal(status, 0);
  });

  it('gives TOML and JSON that parse, with one line for each package', () => {
    for (const [{ packages, python, folder: name, app }, files] of all) {
      const { project } = parseToml(files.get('pyproject.toml') as string) as {
        project: { dependencies: string[]; 'requires-python': string };
      };
      assert.deepEqual(
        project.dependencies,
        [...new Set([...basePackages(app?.framework ?? 'flask').runtime, ...packages])].sort(),
        name,
      );
      assert.equal(project['requires-python'], `==${python}.*`);
      for (const path of ['flake.lock', '.yo-rc.json', 'renovate.json']) JSON.parse(files.get(path) ?? '{}');
    }
  });

  it('gives Python that compiles', () => {
    const files = distinct(/\.py$/);
    execFileSync('python3', ['-m', 'py_compile', ...files]);
  });

  it('has only the files of its dialect', () => {
    for (const [{ bazel }, files] of all) {
      assert.equal(files.has('MODULE.bazel'), Number(bazel) >= 7);
      assert.equal(files.has('WORKSPACE'), Number(bazel) < 7);
    }
  });

  it('ends every file with a line break, and no line with a blank', () => {
    for (const files of all.values()) {
      for (const [path, text] of files) {
        assert.match(text, /[^\n]\n$/, path);
        assert.doesNotMatch(text, /[ \t\r]\n|\n\n\n\n/, path);
      }
    }
  });

  it('renders the same bytes from the same answers', () => {
    for (const [combination, files] of all) assert.deepEqual(rendered(combination), files);
  });

  describe('under Nix', () => {
    before(needs('nix-instantiate'));

    it('gives Nix that parses', () => {
      nix(process.env, 'nix-instantiate', '--parse', ...distinct(/\.nix$/));
    });

    it('evaluates: both environments, the toolchain, the image in both forms, the shell', async () => {
      const env = nixEnvironment(join(folder, 'conf'));
      const tree = fileURLToPath(new URL('../../../test/nixpkgs', import.meta.url));
      const tarball = join(folder, 'nixpkgs.tar.gz');
      execFileSync('tar', ['-czf', tarball, '-C', dirname(tree), 'nixpkgs']);
      const pin = await resolvePin({ kind: 'url', url: pathToFileURL(tarball).href });
      for (const combination of evaluated) {
        for (const [path, text] of rendered(combination, pin)) {
          const file = join(folder, 'projects', combination.folder, path);
          mkdirSync(dirname(file), { recursive: true });
          writeFileSync(file, text);
        }
      }
      const projects = evaluated.map(({ folder: name }) => JSON.stringify(join(folder, 'projects', name)));
      const expression = `
        let
          evaluate = path:
            let pkgs = import (path + "/nix/nixpkgs.nix") { };
            in map (derivation: derivation.drvPath) [
              pkgs.project.python.runtime
              pkgs.project.python.development
              pkgs.project.python.toolchain
              pkgs.project.image
              (pkgs.project.image.oci or pkgs.project.image.layers)
              (import (path + "/nix/image.nix") { })
              (import (path + "/shell.nix") { })
              (pkgs.project.checks.tools or pkgs.project.image)
            ];
        in map evaluate [ ${projects.join(' ')} ]`;
      const result = JSON.parse(nix(env, 'nix-instantiate', '--eval', '--strict', '--json', '-E', expression));
      assert.equal(result.length, evaluated.length);
      for (const [runtime, development, , image, , imageAlone] of result as string[][]) {
        assert.notEqual(runtime, development, 'the image has no test packages');
        assert.equal(image, imageAlone, 'one image, for Bazel and for nix-build');
      }

      const both = evaluated.filter(({ folder: name }) => name === '26.05');
      assert.equal(both.length, 1);
      const systems = both.map(
        ({ folder: name }) => `
          let pkgs = import ${join(folder, 'projects', name)}/nix/nixpkgs.nix { };
          in [ pkgs.project.image.oci.drvPath ]
            ++ map (system: pkgs.project.systems.\${system}.image.oci.drvPath) [ "x86_64-linux" "aarch64-linux" ]`,
      )[0] as string;
      const drvs = JSON.parse(nix(env, 'nix-instantiate', '--eval', '--strict', '--json', '-E', systems)) as string[];
      assert.equal(new Set(drvs).size, 2, 'the image of the machine, and one for the other platform');

      const [first] = evaluated.filter(({ bazel }) => bazel === '8');
      const project = join(folder, 'projects', (first as Combination).folder);
      const ofFlake = (attribute: string) => nix(env, 'nix', 'eval', '--raw', `path:${project}#${attribute}`);
      const ofFile = (file: string) =>
        JSON.parse(nix(env, 'nix-instantiate', '--eval', '--json', '-E', `(${file}).drvPath`)) as string;
      const system = 'x86_64-linux';
      assert.equal(ofFlake(`devShells.${system}.default.drvPath`), ofFile(`import ${project}/shell.nix { }`));
      for (const name of ['default', 'base-image']) {
        assert.equal(ofFlake(`packages.${system}.${name}.drvPath`), ofFile(`import ${project}/nix/image.nix { }`));
      }
      assert.match(ofFlake(`checks.${system}.tests.drvPath`), /-my-service-tests\.drv$/);
      assert.match(ofFlake(`apps.${system}.default.program`), /^\/nix\/store\/[^/]*-my-service$/);
      assert.match(ofFlake(`formatter.${system}.name`), /nixfmt/);
    });
  });
});
