import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { command, scratch } from '../commands/process.ts';
import { nixEnvironment } from '../download/trees.ts';
import { needs } from '../needs.ts';
import { nix } from '../nix-available.ts';
import { pack } from './tarball.ts';

/** Packages that evaluate. */
const fine = ['requests>=2', 'flask-cors'];
/** Packages that do not, each with a part of what is said about it. */
const faulty: readonly (readonly [string, RegExp])[] = [
  ['reqests', /reqests/],
  ['redis>=5', /4\.3\.4/],
  ['uvicorn[fast]', /fast/],
  ['risky', /insecure/],
  ['closed', /unfree/],
  ['dependent', /dependent/],
];

const allowing = '{ config.permittedInsecurePackages = [ "python3.11-risky-1.2" ]; overlays = [ ]; }';

describe('new, add, update and doctor, for a pin by URL', function () {
  this.timeout(60_000);
  const folder = scratch();
  let env: Record<string, string>;

  before(needs('nix-instantiate'));
  before(() => {
    env = nixEnvironment(mkdtempSync(join(folder, 'nix-'))) as Record<string, string>;
  });

  /** What a command says of a project: whether it has objections, and all of its output. */
  interface Answer {
    readonly objects: boolean;
    readonly text: string;
  }

  /** A project with a pin, in a folder of its own. */
  async function project(nixpkgs: string): Promise<string> {
    const cwd = mkdtempSync(join(folder, 'd-'));
    const { code, stderr } = await command(['hello', '--yes', '--nixpkgs', nixpkgs, '--python=3.11'], { cwd, env });
    assert.equal(code, 0, stderr);
    return join(cwd, 'hello');
  }

  async function ask(cwd: string, args: readonly string[]): Promise<Answer> {
    const { code, stdout, stderr } = await command(args, { cwd, env });
    return { objects: code !== 0 || /^warning: packages/m.test(stderr), text: stdout + stderr };
  }

  async function askDoctor(cwd: string): Promise<Answer> {
    const { stdout } = await command(['doctor', '--json'], { cwd, env });
    const checks = (JSON.parse(stdout).checks as { name: string; state: string; message: string }[]).filter(
      ({ name }) => name === 'packages' || name === 'nix-version',
    );
    return {
      objects: checks.some(({ state }) => state !== 'ok'),
      text: checks.map(({ message }) => message).join('\n'),
    };
  }

  /** A copy of a project whose user has listed packages. */
  function listing(cwd: string, texts: readonly string[]): string {
    const copy = mkdtempSync(join(folder, 'd-'));
    cpSync(cwd, copy, { recursive: true });
    const file = join(copy, 'pyproject.toml');
    const list = ['gunicorn', ...texts].map(text => `    "${text}",\n`).join('');
    writeFileSync(file, readFileSync(file, 'utf8').replace('    "gunicorn",\n', list));
    return copy;
  }

  /** What the project makes of its own packages. */
  function evaluate(cwd: string): Answer {
    try {
      return {
        objects: false,
        text: nix(env, 'nix-instantiate', '--eval', join(cwd, 'nix/python.nix'), '-A', 'runtime.drvPath'),
      };
    } catch (error) {
      return { objects: true, text: (error as { stderr: string }).stderr };
    }
  }

  async function answers(cwd: string, texts: readonly string[]): Promise<Record<string, Answer>> {
    const listed = listing(cwd, texts);
    return {
      nix: evaluate(listed),
      doctor: await askDoctor(listed),
      update: await ask(listed, ['update', '--dry-run']),
      'new, again': await ask(listed, ['.', '--yes', '--dry-run']),
      add: await ask(cwd, ['add', '--dry-run', ...texts]),
    };
  }

  const objecting = (all: Record<string, Answer>) =>
    Object.fromEntries(Object.entries(all).map(([name, { objects }]) => [name, objects]));
  const each = (all: Record<string, Answer>, objects: boolean) =>
    Object.fromEntries(Object.keys(all).map(name => [name, objects]));

  it('object to what does not evaluate, and to nothing else', async () => {
    const nixpkgs = pathToFileURL(pack(folder)).href;
    const cwd = await project(nixpkgs);
    const args = ['other', '--yes', '--dry-run', '--nixpkgs', nixpkgs, '--python=3.11', '--packages'];
    for (const texts of [fine, faulty.map(([text]) => text)]) {
      const all = { ...(await answers(cwd, texts)), new: await ask(folder, [...args, texts.join()]) };
      assert.deepEqual(objecting(all), each(all, texts !== fine), JSON.stringify(all));
      if (texts === fine) continue;
      for (const [text, says] of faulty)
        for (const [name, answer] of Object.entries(all)) assert.match(answer.text, says, `${name} of ${text}`);
    }
  });

  it('take what nix/overrides.nix allows, and only that', async () => {
    const cwd = await project(pathToFileURL(pack(folder)).href);
    writeFileSync(join(cwd, 'nix/overrides.nix'), allowing);
    const all = await answers(cwd, ['risky', 'closed']);
    assert.deepEqual(objecting(all), each(all, true));
    for (const [name, { text }] of Object.entries(all)) {
      assert.match(text, /unfree/, `${name}: ${text}`);
      assert.match(text, /closed/, name);
      assert.doesNotMatch(text, /risky.*insecure/, `${name}: ${text}`);
    }
  });

  it('say that Nix is too old', async () => {
    const nixpkgs = pathToFileURL(pack(folder, { 'lib/minver.nix': '"99.1"\n' })).href;
    const cwd = await project(nixpkgs);
    const args = ['other', '--yes', '--dry-run', '--nixpkgs', nixpkgs, '--packages=requests'];
    const all = { ...(await answers(cwd, ['requests'])), new: await ask(folder, args) };
    for (const [name, { text }] of Object.entries(all).filter(([asked]) => asked !== 'nix')) {
      assert.match(text, /Nix \d\S+ is too old for the pinned nixpkgs.*, which needs Nix 99\.1 or later/, name);
    }
  });
});
