import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { commitAll, git, project as projectIn } from '../commands/projects.ts';
import { command, scratch } from '../commands/process.ts';
import { needs } from '../needs.ts';
import { nix, nixEnvironment } from '../nix-available.ts';
import { pack } from './tarball.ts';

const small = fileURLToPath(new URL('../../../test/nixpkgs', import.meta.url));

describe('a flake.lock as people have them', function () {
  this.timeout(120_000);
  const folder = scratch();
  let env: NodeJS.ProcessEnv;
  let old: string;
  let registry: string;

  before(needs('nix-instantiate'));
  before(needs('git'));
  before(async () => {
    env = nixEnvironment(mkdtempSync(join(folder, 'nix-')));
    old = await projectIn(folder);
    // Without it, Nix asks for the registry on the web.
    registry = join(folder, 'registry.json');
    writeFileSync(registry, '{"flakes": [], "version": 2}');
  });

  /** A folder with the small nixpkgs, marked so that another one cannot be taken for it. */
  function nixpkgs(mark: string, within = '.'): string {
    const place = mkdtempSync(join(folder, 'p-'));
    cpSync(small, join(place, within), { recursive: true });
    const file = join(place, within, 'default.nix');
    writeFileSync(file, `${readFileSync(file, 'utf8')}# mark: ${mark}\n`);
    return place;
  }

  const repositoryOf = (place: string): string => {
    git(place, 'init', '--quiet', '--initial-branch=main');
    commitAll(place);
    return place;
  };

  /** A project whose flake.nix has these inputs, locked by Nix itself. */
  function locked(inputs: string): string {
    const cwd = join(mkdtempSync(join(folder, 'd-')), 'hello');
    cpSync(old, cwd, { recursive: true });
    const file = join(cwd, 'flake.nix');
    const text = readFileSync(file, 'utf8');
    writeFileSync(file, text.replace(/^ {2}inputs\.nixpkgs(?:\.url = .*;| = \{[^}]*\};)$/m, inputs));
    assert.notEqual(readFileSync(file, 'utf8'), text);
    nix(env, 'nix', 'flake', 'lock', '--option', 'flake-registry', registry, `path:${cwd}`);
    return cwd;
  }

  /** Writes a lock with this node of nixpkgs. */
  function lockedBy(node: object, more: object = {}): string {
    const cwd = join(mkdtempSync(join(folder, 'd-')), 'hello');
    cpSync(old, cwd, { recursive: true });
    const nodes = { nixpkgs: { locked: node, original: node, ...more }, root: { inputs: { nixpkgs: 'nixpkgs' } } };
    writeFileSync(join(cwd, 'flake.lock'), JSON.stringify({ nodes, root: 'root', version: 7 }));
    return cwd;
  }

  /** Where the project's nixpkgs is, by its own nix/nixpkgs.nix; else what Nix says. */
  function evaluated(cwd: string): string {
    const expression = `toString (import ${cwd}/nix/nixpkgs.nix { }).path`;
    const args = ['--option', 'download-attempts', '1', '--eval', '--json', '-E', expression];
    const { status, stdout, stderr } = spawnSync('nix-instantiate', args, { env, encoding: 'utf8' });
    return status === 0 ? String(JSON.parse(stdout)) : stderr;
  }

  const markOf = (place: string): string | undefined =>
    existsSync(join(place, 'default.nix'))
      ? /# mark: (.*)/.exec(readFileSync(join(place, 'default.nix'), 'utf8'))?.[1]
      : place;

  const tree = (cwd: string): readonly string[] =>
    ['flake.lock', 'flake.nix'].map(name => readFileSync(join(cwd, name), 'utf8'));

  /** Doctor and update neither complain of the pin nor touch it. */
  async function leftAlone(cwd: string, from: RegExp): Promise<void> {
    const before = tree(cwd);
    const doctor = await command(['doctor', '--json'], { cwd });
    const checks = JSON.parse(doctor.stdout).checks as { name: string; state: string; message: string }[];
    const lock = checks.find(({ name }) => name === 'lock');
    assert.equal(lock?.state, 'ok', lock?.message);
    assert.match(lock?.message ?? '', from);
    for (const args of [['update'], ['update', '--python=3.12']]) {
      const { code, stderr } = await command(args, { cwd });
      assert.equal(code, 0, stderr);
      assert.deepEqual(tree(cwd), before, args.join(' '));
    }
  }

  it('can follow the nixpkgs of another input', async () => {
    const base = nixpkgs('followed');
    const corp = mkdtempSync(join(folder, 'corp-'));
    writeFileSync(
      join(corp, 'flake.nix'),
      `{ inputs.nixpkgs.url = "path:${base}"; outputs = { self, nixpkgs }: { }; }`,
    );
    const cwd = locked(`  inputs.corp.url = "path:${corp}";\n  inputs.nixpkgs.follows = "corp/nixpkgs";`);
    assert.match(readFileSync(join(cwd, 'flake.lock'), 'utf8'), /"nixpkgs": \[/);
    assert.equal(markOf(evaluated(cwd)), 'followed');
    await leftAlone(cwd, /from the input corp\/nixpkgs, which is the path /);

    const { code, stderr } = await command(['update', '--nixpkgs=25.11', '--force'], { cwd });
    assert.match(stderr, /flake\.lock took nixpkgs from the input corp\/nixpkgs.*now it has 25\.11, as --nixpkgs says/);
    assert.equal(code, 1, 'a conflict in flake.nix');
    const { nodes } = JSON.parse(readFileSync(join(cwd, 'flake.lock'), 'utf8'));
    assert.equal(nodes[nodes.corp.inputs.nixpkgs].locked.path, base, 'that of the other input stays');
    assert.equal(nodes[nodes.root.inputs.nixpkgs].original.ref, 'nixos-25.11');
  });

  it('can have a git repository, also a subfolder of one', async () => {
    const repository = repositoryOf(nixpkgs('git'));
    const cwd = locked(`  inputs.nixpkgs.url = "git+file://${repository}";`);
    assert.equal(markOf(evaluated(cwd)), 'git');
    await leftAlone(cwd, /from the git repository file:\/\/\//);

    const mono = repositoryOf(nixpkgs('folder', 'forks/nixpkgs'));
    assert.equal(markOf(evaluated(locked(`  inputs.nixpkgs.url = "git+file://${mono}?dir=forks/nixpkgs";`))), 'folder');

    // A commit on a branch that is not the first one, with the attributes that Nix locks.
    git(repository, 'switch', '--quiet', '--create', 'other');
    writeFileSync(join(repository, 'more'), '');
    commitAll(repository);
    const rev = git(repository, 'rev-parse', 'HEAD').trim();
    git(repository, 'switch', '--quiet', 'main');
    const other = locked(`  inputs.nixpkgs.url = "git+file://${repository}?ref=other&submodules=1";`);
    assert.ok(readFileSync(join(other, 'flake.lock'), 'utf8').includes(rev));
    assert.ok(existsSync(join(evaluated(other), 'more')));
  });

  it('can have a path', async () => {
    const base = nixpkgs('path');
    const cwd = locked(`  inputs.nixpkgs.url = "path:${base}";`);
    assert.equal(markOf(evaluated(cwd)), 'path');
    await leftAlone(cwd, /from the path \//);
    writeFileSync(join(base, 'more'), '');
    assert.ok(!existsSync(join(evaluated(cwd), 'more')), 'as it was locked');

    const relative = lockedBy({ type: 'path', path: './vendor/nixpkgs' }, { parent: [] });
    mkdirSync(join(relative, 'vendor'));
    cpSync(base, join(relative, 'vendor/nixpkgs'), { recursive: true });
    assert.equal(markOf(evaluated(relative)), 'path');
    await leftAlone(relative, /from the path \.\/vendor\/nixpkgs/);
    const gone = lockedBy({ type: 'path', path: './vendor/nixpkgs' }, { parent: [] });
    assert.match(evaluated(gone), /nixpkgs is at the relative path \.\/vendor\/nixpkgs, and not there/);
  });

  it('can have a tarball, also by a name in the registry', async () => {
    const url = pathToFileURL(pack(folder)).href;
    const byUrl = locked(`  inputs.nixpkgs.url = "${url}";`);
    assert.ok(existsSync(join(evaluated(byUrl), 'default.nix')));

    const flakes = [{ from: { type: 'indirect', id: 'nixpkgs' }, to: { type: 'tarball', url } }];
    writeFileSync(registry, JSON.stringify({ flakes, version: 2 }));
    const byName = locked('  inputs.nixpkgs.url = "nixpkgs";');
    assert.match(readFileSync(join(byName, 'flake.lock'), 'utf8'), /"type": "indirect"/);
    assert.ok(existsSync(join(evaluated(byName), 'default.nix')));
    await leftAlone(byName, /from the tarball file:\/\/\//);
  });

  it('asks the host that it names', async () => {
    const rev = 'a'.repeat(40);
    const source = { owner: 'ops', repo: 'nixpkgs', rev, narHash: `sha256-${'A'.repeat(43)}=` };
    const host = 'git.corp.invalid';
    for (const [node, url] of [
      [{ type: 'github', host }, `https://${host}/api/v3/repos/ops/nixpkgs/tarball/${rev}`],
      [{ type: 'gitlab', host }, `https://${host}/api/v4/projects/ops%2Fnixpkgs/repository/archive.tar.gz?sha=${rev}`],
      [{ type: 'sourcehut', host, owner: '~ops' }, `https://${host}/~ops/nixpkgs/archive/${rev}.tar.gz`],
    ] as const) {
      const cwd = lockedBy({ ...source, lastModified: 1, ...node });
      assert.ok(evaluated(cwd).includes(`'${url}'`), evaluated(cwd));
      await leftAlone(cwd, /from git\.corp\.invalid\/~?ops\/nixpkgs/);
    }
  });

  it('is refused with a sentence where nothing can fetch it, by Nix and by doctor', async () => {
    for (const [node, more, said] of [
      [{ type: 'hg', url: 'https://h.invalid', rev: 'a' }, {}, /comes from hg, which is not supported/],
      [{ type: 'git', url: 'file:///nowhere', narHash: '' }, {}, /with changes that are not committed/],
      [{ type: 'path', path: './a' }, { parent: ['corp'] }, /is at the relative path \.\/a, and not there/],
    ] as const) {
      const cwd = lockedBy(node, more);
      const before = tree(cwd);
      assert.match(evaluated(cwd), said);
      const { stdout } = await command(['doctor'], { cwd });
      assert.match(stdout, /failed {2}flake\.lock (takes nixpkgs from|has no rev of nixpkgs)/);
      assert.equal((await command(['update'], { cwd })).code, 0);
      assert.deepEqual(tree(cwd), before);
    }
  });
});
