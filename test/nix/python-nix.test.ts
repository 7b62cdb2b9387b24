import assert from 'node:assert/strict';
import { cpSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { catalogAvailability } from '../../src/model/availability.ts';
import { checkRequirements } from '../../src/model/check-packages.ts';
import { queryPackages } from '../../src/nix/query-packages.ts';
import { parseRequirement } from '../../src/packaging/requirement.ts';
import type { Pin } from '../../src/pin/pin.ts';
import { scratch } from '../commands/process.ts';
import { needs } from '../needs.ts';
import { nix, nixEnvironment } from '../nix-available.ts';
import { rendered } from './rendered.ts';
import { pack, pinOfTarball } from './tarball.ts';

const templates = fileURLToPath(new URL('../../../generators/app/templates/nix', import.meta.url));
const tree = fileURLToPath(new URL('../../../test/nixpkgs', import.meta.url));

describe('nix/python.nix of a project', function () {
  this.timeout(60_000);
  const folder = scratch();
  const project = join(folder, 'project');
  let env: NodeJS.ProcessEnv;

  before(needs('nix-instantiate'));
  before(() => {
    env = nixEnvironment(mkdtempSync(join(folder, 'nix-')));
    mkdirSync(join(project, 'nix'), { recursive: true });
    for (const name of ['markers', 'nixpkgs', 'overrides', 'pep440', 'python']) {
      writeFileSync(join(project, `nix/${name}.nix`), rendered(`nix/${name}.nix`));
    }
    writeFileSync(join(project, 'nix/image.nix'), '{ pkgs }: pkgs.bash');
    const nodes = { root: { inputs: { nixpkgs: 'nixpkgs' } }, nixpkgs: { locked: { narHash: '' } } };
    writeFileSync(join(project, 'flake.lock'), JSON.stringify({ root: 'root', nodes }));
  });

  /** Evaluates an expression in which `pkgs` is nixpkgs.nix of the project, on the small nixpkgs. */
  const evaluate = (expression: string): unknown => {
    const pkgs = `import ${project}/nix/nixpkgs.nix { nixpkgs = ${tree}; }`;
    const args = ['--eval', '--strict', '--json', '-E', `let pkgs = ${pkgs}; in ${expression}`];
    return JSON.parse(nix(env, 'nix-instantiate', ...args));
  };
  const pyproject = (text: string): string => `(builtins.fromTOML ''${text}'')`;
  const ask = (text: string, what: string): unknown =>
    evaluate(`(import ${project}/nix/python.nix { inherit pkgs; pyproject = ${pyproject(text)}; }).${what}`);
  const failure = (text: string): string => {
    try {
      ask(text, 'runtime.drvPath');
    } catch (error) {
      const { stderr } = error as { stderr: string };
      return stderr.slice(stderr.lastIndexOf('pyproject.toml:'));
    }
    return '';
  };
  const listing = (packages: readonly string[], more = ''): string =>
    `[project]\nrequires-python = "==3.11.*"\ndependencies = ${JSON.stringify(packages)}\n${more}`;

  it('names all problems at once, in groups, with what to do', () => {
    const text = listing(
      ['reqests', 'redis>=5', 'flask==1.0', 'uvicorn[nope,standard]', 'uvicorn[failing]', 'dependent'],
      '[dependency-groups]\ndev = ["risky", "closed", "crooked", "elsewhere", "other @ https://example.org/x.whl"]\n',
    );
    const lines = failure(text)
      .split('\n')
      .map(line => line.trim())
      .filter(Boolean);
    assert.deepEqual(lines.slice(0, 22), [
      'pyproject.toml: the pinned nixpkgs cannot provide everything.',
      'not in nixpkgs: correct the name, or set its attribute in [tool.nixpkgs.attributes]:',
      'reqests (tried reqests)',
      'not this version: change the range, or the pin of nixpkgs:',
      'redis>=5 (nixpkgs has 4.3.4)',
      'flask==1.0 (nixpkgs has 2.2.2)',
      'not this extra: remove it, or list its packages by name:',
      'uvicorn[nope,standard] (nope; nixpkgs has dev-tools, failing, standard)',
      'does not evaluate on this Python: remove it, or choose another Python:',
      'uvicorn[failing] (its extra failing)',
      'dependent',
      'insecure: remove it, or add to permittedInsecurePackages in nix/overrides.nix:',
      'risky ("python3.11-risky-1.2")',
      'unfree: remove it, or add to unfreePackages in nix/overrides.nix:',
      'closed ("closed-source")',
      'broken: remove it, or set allowBroken in nix/overrides.nix:',
      'crooked',
      'not for this system: remove it:',
      'elsewhere',
      'remove the URL, as nixpkgs has one package per name:',
      'other @ https://example.org/x.whl',
      'More about a package: nix-instantiate nix/nixpkgs.nix -A python311.pkgs.ATTRIBUTE',
    ]);
  });

  it('takes the requirements whose environment marker holds', () => {
    const holding = ['redis; os_name == "posix"', "flask ; python_version >= '3.11' and sys_platform != 'win32'"];
    const others = ['nothing; sys_platform == "win32"', 'reqests>=2 ; python_version < "3.11"'];
    assert.deepEqual(ask(listing([...holding, ...others]), 'problems'), []);
    assert.match(failure(listing(['reqests; os_name == "posix"'])), /reqests \(tried reqests\)/);
    assert.throws(() => ask(listing(['flask; nonsense']), 'problems'), /nonsense" is not a valid environment marker/);
  });

  it('takes the Python that [tool.nixpkgs] names beside a range, and the groups that it names', () => {
    const text = (python: string, groups: string): string =>
      `[project]\nrequires-python = ">=3.9"\ndependencies = ["redis"]\n[dependency-groups]\ndev = ["flask"]\ndocs = ["nothing"]\n[tool.nixpkgs]\npython = "${python}"\n${groups}`;
    assert.deepEqual(ask(text('3.12', 'groups = ["dev"]'), 'problems'), []);
    assert.match(failure(text('3.12', '')), /nothing \(tried nothing\)/);
    assert.match(
      failure(text('3.6', 'groups = []')),
      /python = "3\.6" in \[tool\.nixpkgs\] \(nixpkgs has no python36\)/,
    );
  });

  for (const [what, text, says] of [
    ['no Python', '[project]\ndependencies = ["x @ y"]', /name one Python [^]*requires-python is missing[^]*x @ y/],
    ['a range', '[project]\nrequires-python = ">=3.11"', /requires-python = ">=3\.11"$/m],
    ['a Python that is gone', '[project]\nrequires-python = "==3.6.*"', /"==3\.6\.\*" \(nixpkgs has no python36\)/],
    ['no project', '[tool.x]', /requires-python is missing/],
    ['an unknown group', listing([], '[dependency-groups]\na = [{include-group = "b"}]'), /no dependency group b/],
  ] as const) {
    it(`says what is wrong with ${what}`, () => assert.match(failure(text), says));
  }

  it('evaluates what is all right, and keeps the groups from the runtime', () => {
    const text = listing(
      ['flask', 'email_validator', 'Flask.CORS', 'uvicorn[standard]'],
      '[dependency-groups]\ndev = ["pytest"]',
    );
    assert.deepEqual(ask(text, 'problems'), []);
    assert.notEqual(ask(text, 'runtime.drvPath'), ask(text, 'development.drvPath'));
  });

  it('uses what nix/overrides.nix allows and changes, for every way to reach nixpkgs', () => {
    const text = listing(['risky', 'closed', 'crooked', 'ours']);
    const file = join(project, 'nix/overrides.nix');
    const original = join(templates, 'overrides.nix.ejs');
    assert.match(failure(text), /risky[^]*closed[^]*crooked/);
    const overlay = 'final: prev: { pythonOverrides = pkgs: { ours = pkgs.redis; }; }';
    writeFileSync(
      file,
      nix(env, 'cat', original)
        .replace('unfreePackages = [ ]', 'unfreePackages = [ "closed-source" ]')
        .replace('permittedInsecurePackages = [ ]', 'permittedInsecurePackages = [ "python3.11-risky-1.2" ]')
        .replace('allowBroken = false', 'allowBroken = true')
        .replace('overlays = [ ]', `overlays = [ (${overlay}) ]`),
    );
    assert.deepEqual(ask(text, 'problems'), []);
    writeFileSync(join(project, 'pyproject.toml'), text);
    const runtime = evaluate('pkgs.project.python.runtime.drvPath');
    assert.equal(runtime, evaluate('(pkgs.extend (final: prev: { other = 1; })).project.python.runtime.drvPath'));
    assert.match(String(evaluate('pkgs.pkgsCross.aarch64-multiplatform.project.python.runtime.drvPath')), /\.drv$/);
    cpSync(original, file);
  });

  describe('and the checks of the commands', () => {
    let pin: Pin;
    before(async () => {
      pin = await pinOfTarball(pack(folder));
    });

    const cases: readonly string[] = [
      ...['flask', 'flask-cors', 'email-validator', 'scikit-image', 'requests>=2', 'requests>=2,<2.28', 'redis==4.3.*'],
      ...[
        'redis!=4.3.4',
        'redis~=4.3',
        'unreleased',
        'unreleased>=1',
        'versionless',
        'versionless>=1',
        'reqests',
        'nothing',
      ],
      ...['torch', 'opencv-python', 'mine', 'other', 'uvicorn[standard]', 'uvicorn[dev_tools]', 'uvicorn[nope]>=99'],
      ...[
        'uvicorn[failing]',
        'colcon[x]',
        'risky',
        'closed>=9',
        'crooked',
        'elsewhere',
        'dependent',
        'withdrawn',
        'numpy',
      ],
    ];

    it('agree on each requirement: none, or the same kinds of problems', async () => {
      const entered = new Map([
        ['mine', 'redis'],
        ['other', 'nowhere'],
      ]);
      const asked = { pin, python: '3.11', release: pin.release, entered };
      const options = { environment: env, signal: new AbortController().signal };
      const kinds: Record<string, string> = {
        fails: 'not-derivation',
        insecure: 'not-derivation',
        unfree: 'not-derivation',
      };
      for (const text of cases) {
        const requirement = parseRequirement(text);
        const availability = (await queryPackages([requirement], asked, options)) ?? assert.fail(text);
        const found = availability.packages.get(requirement.name);
        const attribute = entered.get(requirement.name) ?? (found?.unaided === false ? found.attribute : undefined);
        const table = attribute === undefined ? '' : `[tool.nixpkgs.attributes]\n${requirement.name} = "${attribute}"`;
        const problems = ask(listing([text], table), 'problems') as { kind: string }[];
        const byNix = problems.map(
          ({ kind }) => kinds[kind] ?? (/broken|unsupported/.test(kind) ? 'not-derivation' : kind),
        );
        const byUs = checkRequirements([requirement], availability, asked).map(({ kind }) => kind);
        assert.deepEqual(byUs.sort(), byNix.sort(), text);
      }
    });

    it('find the same attributes in a set of the catalog as in a tree', () => {
      const names = ['flask', 'opencv-python', 'discord-py', 'zope-interface', 'mysql-connector-python', 'reqests'];
      const { packages } = catalogAvailability(names, { pin: undefined, release: '26.05', python: '3.13' });
      const set = '{ flask = 1; opencv4 = 1; discordpy = 1; zope-interface = 1; mysql-connector-python = 1; }';
      for (const name of names) {
        const found = packages.get(name);
        const table = found && !found.unaided ? `[tool.nixpkgs.attributes]\n${name} = "${found.attribute}"` : '';
        const fake = `{ lib = pkgs.lib; python313.pkgs = builtins.mapAttrs (_: _: pkgs.bash // { version = "1"; }) ${set}; }`;
        const text = `[project]\nrequires-python = "==3.13.*"\n${table}`;
        const resolve = `(import ${project}/nix/python.nix { pkgs = ${fake}; pyproject = ${pyproject(text)}; }).resolve`;
        assert.equal(evaluate(`(${resolve} "${name}").attribute or null`), found?.attribute ?? null, name);
      }
    });
  });
});
