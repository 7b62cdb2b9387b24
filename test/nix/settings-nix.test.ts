import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { scratch } from '../commands/process.ts';
import { needs } from '../needs.ts';
import { nix, nixEnvironment } from '../nix-available.ts';
import { rendered } from './rendered.ts';

const tree = fileURLToPath(new URL('../../../test/nixpkgs', import.meta.url));

describe('nix/settings.nix of a project', function () {
  this.timeout(60_000);
  const folder = scratch();
  const project = join(folder, 'project');
  let env: NodeJS.ProcessEnv;

  before(needs('nix-instantiate'));
  before(() => {
    env = nixEnvironment(mkdtempSync(join(folder, 'nix-')));
    mkdirSync(join(project, 'nix'), { recursive: true });
    writeFileSync(join(project, 'nix/settings.nix'), rendered('nix/settings.nix'));
  });

  /** What the settings of a pyproject.toml come to; overrides.nix has the given attributes. */
  const evaluate = (pyproject: string, overrides = ''): unknown => {
    writeFileSync(join(project, 'pyproject.toml'), pyproject);
    writeFileSync(join(project, 'nix/overrides.nix'), `{ config = { }; overlays = [ ]; ${overrides} }`);
    const expression = `
      let settings = import ${project}/nix/settings.nix { pkgs = import ${tree} { }; };
      in { system = map (package: package.name) settings.systemPackages; inherit (settings) image; }`;
    return JSON.parse(nix(env, 'nix-instantiate', '--eval', '--strict', '--json', '-E', expression));
  };
  const failure = (pyproject: string): string => {
    try {
      evaluate(pyproject);
    } catch (error) {
      const { stderr } = error as { stderr: string };
      return stderr.slice(stderr.lastIndexOf('pyproject.toml:')).split('\n')[0] ?? '';
    }
    return '';
  };

  it('has defaults', () => {
    const image = { environment: {}, 'health-path': '/', labels: {}, 'max-size': null, port: 5000, shell: false };
    for (const text of ['', '[tool.black]', '[tool.nixpkgs.attributes]\nopencv-python = "opencv4"']) {
      assert.deepEqual(evaluate(text), { system: [], image }, text);
    }
  });

  it('takes packages by attribute, also of sets, and what the image says', () => {
    const text = `[tool.nixpkgs]
      packages = ["psycopg2"]
      libraries = ["libpq"]
      system-packages = ["ffmpeg", "postgresql.lib"]
      [tool.nixpkgs.image]
      port = 8080
      health-path = "/health"
      shell = true
      max-size = "150 MB"
      [tool.nixpkgs.image.environment]
      TZ = "Europe/Vienna"
      [tool.nixpkgs.image.labels]
      "org.opencontainers.image.source" = "https://example.org/me/shop"`;
    assert.deepEqual(evaluate(text), {
      system: ['ffmpeg', 'postgresql-lib'],
      image: {
        environment: { TZ: 'Europe/Vienna' },
        'health-path': '/health',
        labels: { 'org.opencontainers.image.source': 'https://example.org/me/shop' },
        'max-size': '150 MB',
        port: 8080,
        shell: true,
      },
    });
  });

  it('adds the packages that overrides.nix lists', () => {
    const { system } = evaluate(
      '[tool.nixpkgs]\nsystem-packages = ["ffmpeg"]',
      'systemPackages = pkgs: [ pkgs.bash ];',
    ) as { system: string[] };
    assert.deepEqual(system, ['ffmpeg', 'bash']);
  });

  const image = (line: string) => `[tool.nixpkgs.image]\n${line}`;
  for (const [text, says] of [
    [
      '[tool.nixpkgs]\nsystem-package = ["ffmpeg"]',
      '[tool.nixpkgs] has no setting "system-package"; use attributes, groups, image, libraries, packages, python, system-packages.',
    ],
    ['[tool.nixpkgs]\nsystem-packages = "ffmpeg"', 'system-packages in [tool.nixpkgs] must be a list of strings.'],
    ['[tool.nixpkgs]\nsystem-packages = [1]', 'system-packages in [tool.nixpkgs] must be a list of strings.'],
    ...['ffmepg', 'ffmpeg.nothing', 'postgresql', 'bash.name', ''].map(name => [
      `[tool.nixpkgs]\nsystem-packages = ["${name}"]`,
      `the pinned nixpkgs has no package "${name}"; correct system-packages in [tool.nixpkgs].`,
    ]),
    ['[tool.nixpkgs]\nimage = 1', 'image in [tool.nixpkgs] must be a table.'],
    [
      image('ports = 80'),
      '[tool.nixpkgs.image] has no setting "ports"; use environment, health-path, labels, max-size, port, shell.',
    ],
    ...['"80"', '0', '65536'].map(port => [
      image(`port = ${port}`),
      'port in [tool.nixpkgs.image] must be a number from 1 to 65535.',
    ]),
    [image('health-path = "health"'), 'health-path in [tool.nixpkgs.image] must be a path such as "/health".'],
    [image('shell = "bash"'), 'shell in [tool.nixpkgs.image] must be true or false.'],
    ...['150', '"150"', '"0 MB"', '"1.5 GB"', '"150 MiB"'].map(size => [
      image(`max-size = ${size}`),
      'max-size in [tool.nixpkgs.image] must be a size such as "150 MB" or "2 GB".',
    ]),
    [image('labels.version = 1'), 'labels in [tool.nixpkgs.image] must be a table of strings.'],
    ...['DEBUG = true', 'PORT = "80"', 'HEALTH_PATH = "/"', '"A=B" = ""'].map(variable => [
      image(`environment.${variable}`),
      'environment in [tool.nixpkgs.image] must be a table of variables with strings, ' +
        'without PORT and HEALTH_PATH, which port and health-path set.',
    ]),
  ] as [string, string][]) {
    it(`refuses ${text.split('\n').at(-1)}`, () => assert.equal(failure(text), `pyproject.toml: ${says}`));
  }
});
