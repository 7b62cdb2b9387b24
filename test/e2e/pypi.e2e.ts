import assert from 'node:assert/strict';
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'smol-toml';
import type { CycloneDx } from '../sboms.ts';
import { installCommand } from './command.ts';
import { docker, tryDocker } from './container.ts';
import { type Ended, hosts, real, work } from './host.ts';
import { addStandIns, type PackageIndex, startIndex } from './package-index.ts';
import { newAnswers, Project } from './project.ts';
import { answer, freePort, isFromNix, serves } from './service.ts';

// With a network, nothing is withdrawn or private.
for (const host of real ? [] : hosts) {
  describe(`Packages from PyPI, Bazel ${host.bazel}`, () => {
    const home = `${host.root}${work}/home`;
    const netrc = `${work}/home/.netrc`;
    const image = 'hello:latest';
    const container = `hello-${host.bazel}`;
    let index: PackageIndex;
    let command: string;
    let project: Project;

    before('start an index, and install the command on the host', async () => {
      index = await startIndex(`${work}/index-${host.bazel}`);
      command = installCommand(host);
      configurePip(index.url);
      project = new Project(host, 'wheels', null);
    });

    after('stop Bazel and the index', async () => {
      await project?.run(`nix-shell --run 'bazel shutdown'`);
      rmSync(`${home}/.config/pip`, { recursive: true, force: true });
      await index?.stop();
    });

    function configurePip(url: string): void {
      mkdirSync(`${home}/.config/pip`, { recursive: true });
      writeFileSync(`${home}/.config/pip/pip.conf`, `[global]\nindex-url = ${url}\n`);
    }

    const npc = (args: string): Promise<string> => project.must(`${command} ${args}`);

    /** What is printed by Python in the project's shell. */
    const python = (code: string): Promise<string> => project.inShell(`python3 -c "${code}"`);

    /** The content of every file of the project, by its path. */
    const contents = (): Record<string, string> =>
      Object.fromEntries(
        readdirSync(project.path(''), { recursive: true, withFileTypes: true })
          .filter(entry => entry.isFile())
          .map(entry => join(entry.parentPath, entry.name))
          .map(path => [path, readFileSync(path, 'latin1')]),
      );

    /** Runs a command that must fail and change nothing. */
    async function refused(line: string): Promise<string> {
      const before = contents();
      const { code, output } = await project.run(line);
      assert.equal(code, 1, output);
      assert.deepEqual(contents(), before);
      return output;
    }

    /** Runs a command while a file of the project has other content. */
    async function withEdit(file: string, piece: string | RegExp, by: string, line: string): Promise<Ended> {
      const original = project.read(file);
      project.edit(file, piece, by);
      try {
        return await project.run(line);
      } finally {
        project.write(file, original);
      }
    }

    /** A module that no wheel had before, so that the Nix store cannot have the wheel. */
    const unique = (name: string): string => `${name}_${work.replace(/\W/g, '_')}`.toLowerCase();

    it('new and lock: exact wheels of the index', async () => {
      const packages = 'flask[dotenv],jaraco.classes,jaraco.functools,squeeze,six==1.16.0';
      const flags = [...newAnswers(host), '--packages-from pypi', `--packages '${packages}'`].join(' ');
      await npc(`new . --yes --name hello ${flags}`);
      await npc('lock');
      const lock = project.read('pylock.toml');
      for (const name of ['flask', 'python-dotenv', 'markupsafe', 'more-itertools', 'squeeze']) {
        assert.match(lock, new RegExp(`^name = "${name}"$`, 'm'));
      }
      assert.ok(lock.includes(`url = "${index.url.replace('simple', 'files')}six-1.16.0-py3-none-any.whl"`), lock);
      assert.doesNotMatch(lock, /^name = "pytest"$/m);
      assert.match(project.read('pylock.dev.toml'), /^name = "pytest"$/m);
    });

    it('tests import them: native code, namespace packages, what an extra brings', async () => {
      project.edit(
        'hello_test.py',
        'from hello import app\n',
        `import zlib

import squeeze
from dotenv import dotenv_values
from jaraco.classes.properties import classproperty
from jaraco.functools import once

from hello import app


def test_wheels() -> None:
    assert zlib.decompress(squeeze.compress(b"wheel" * 100)) == b"wheel" * 100
    assert dotenv_values and classproperty and once
`,
      );
      await project.inShell('bazel test //...');
      assert.match(await project.inShell('flask --version && pytest --version'), /^Flask 3[^]*pytest \d/m);
    });

    it('bazel run //:hello answers, with Python from Nix', async () => {
      const { text, executable } = await serves(project, `nix-shell --run 'bazel run //:hello'`);
      assert.equal(text, 'Hello, World!');
      isFromNix(host, executable);
    });

    it('the image answers from gunicorn, with the wheels and scripts of the lock and without test packages', async () => {
      await project.inShell('bazel run //image:load');
      const port = await freePort();
      docker('run', '--detach', '--rm', '--name', container, '--env', `PORT=${port}`, image);
      try {
        assert.deepEqual(await answer(port), { status: 200, server: 'gunicorn', text: 'Hello, World!' });
        const code = 'import squeeze, flask; print(len(squeeze.compress(b"a" * 99)) < 99)';
        assert.equal(docker('exec', container, 'python3', '-c', code), 'True');
        assert.match(docker('exec', container, 'flask', '--version'), /^Flask 3/m);
        assert.match(tryDocker('exec', container, 'python3', '-c', 'import pytest').stderr, /No module named 'pytest'/);
      } finally {
        docker('stop', container);
      }
    });

    it('the SBOM lists the wheels of the lock, with their hashes', async () => {
      const folder = await project.must('nix-build --no-out-link nix/sbom.nix');
      const { components } = JSON.parse(readFileSync(`${host.root}${folder}/sbom.cdx.json`, 'utf8')) as CycloneDx;
      const { packages } = parse(project.read('pylock.toml')) as unknown as {
        packages: { name: string; version: string; wheels: { hashes: { sha256: string } }[] }[];
      };
      assert.deepEqual(
        components.flatMap(({ purl, hashes }) => hashes?.map(({ content }) => `${purl} ${content}`) ?? []).sort(),
        packages.map(({ name, version, wheels }) => `pkg:pypi/${name}@${version} ${wheels[0]?.hashes.sha256}`).sort(),
      );
      assert.ok(!components.some(({ purl }) => purl.startsWith('pkg:pypi/pytest@')), 'not of the image');
    });

    it('the wheels are the same when installed again, and the same derivation in another folder', async () => {
      const instantiate = 'nix-instantiate nix/python.nix -A development 2>/dev/null';
      const derivations = await project.must(`nix-store --query --requisites $(${instantiate}) | grep -- -wheels.drv`);
      assert.equal(derivations.split('\n').length, 2, derivations);
      await project.must(`nix-store --realise --check ${derivations.replaceAll('\n', ' ')}`);
      const other = new Project(host, 'wheels-elsewhere', null);
      cpSync(project.path(''), other.path(''), { recursive: true, filter: path => !/\/bazel-/.test(path) });
      assert.equal(await other.must(instantiate), await project.must(instantiate));
    });

    it('the flake has the same shell', async () => {
      const flake = await project.must('nix eval --raw path:.#devShells.x86_64-linux.default.drvPath');
      assert.equal(await project.must('nix-instantiate shell.nix 2>/dev/null'), flake);
    });

    it('add: a version that nixpkgs lacks', async () => {
      const newest = index.versions('six').at(-1);
      assert.notEqual(newest, '1.16.0');
      const printed = await npc(`add 'six>1.16.0'`);
      assert.match(printed, new RegExp(`^~ six 1\\.16\\.0 → ${newest}$`, 'm'));
      assert.equal(await python('import six; print(six.__version__)'), newest);
    });

    it('a conflict is pip’s reason, and changes nothing', async () => {
      const [oldest] = index.versions('itsdangerous');
      const output = await refused(`${command} add itsdangerous==${oldest}`);
      assert.match(output, new RegExp(`pyproject\\.toml requires itsdangerous==${oldest}`));
      assert.match(output, /flask\S* 3\S+ depends on itsdangerous>=2\.2/);
    });

    it('takes a package that has only sources from nixpkgs', async () => {
      const output = await refused(`${command} add pyyaml`);
      assert.match(output, /no wheel of pyyaml for Python 3\.11 on x86_64-linux/);
      const line = /packages = \["pyyaml"\]/.exec(output)?.[0];
      project.write('pyproject.toml', `${project.read('pyproject.toml')}\n[tool.nixpkgs]\n${line}\n`);
      await npc('add pyyaml');
      assert.doesNotMatch(project.read('pylock.toml'), /yaml/);
      assert.equal(await python('import yaml; print(yaml.__file__)').then(path => path.split('/')[1]), 'nix');
      const both = await refused(`${command} add 'pyyaml>=99'`);
      assert.match(both, /requires pyyaml>=99\n +nixpkgs has pyyaml 6/);
    });

    it('a lock that does not fit pyproject.toml is refused by Nix, Bazel and doctor', async () => {
      const stale = ['"six>1.16.0"', '"more-itertools<2",\n    "six>1.16.0"'] as const;
      const says = /more-itertools<2 \(pylock\.toml has [\d.]+\)/;
      const nix = await withEdit('pyproject.toml', ...stale, 'nix-shell --run true');
      assert.notEqual(nix.code, 0);
      assert.match(nix.output, says);
      assert.match(nix.output, /run nix-python-container lock/);
      // The mistake is made in an open shell: a new one would already stop at it.
      const original = project.read('pyproject.toml');
      project.write('broken', original.replace(...stale));
      const line = `nix-shell --run 'cp broken pyproject.toml; bazel build //:hello; code=$?; ${command} doctor; exit $code'`;
      const { code, output } = await project.run(line);
      project.write('pyproject.toml', original);
      rmSync(project.path('broken'));
      assert.equal(code, 1, output);
      assert.match(output, says);
      assert.match(output, /pylock\.toml has more-itertools [\d.]+, not more-itertools<2/);
    });

    it('a wrong hash', async () => {
      const line = 'nix-build nix/python.nix -A runtime --no-out-link';
      const { code, output } = await withEdit(
        'pylock.toml',
        /(six-.*sha256 = ")[0-9a-f]{64}/,
        `$1${'0'.repeat(64)}`,
        line,
      );
      assert.notEqual(code, 0);
      assert.match(output, /hash mismatch[^]*six-/);
    });

    it('a wheel that the index no longer has', async () => {
      index.add({ name: 'gone', version: '1.0', module: unique('gone') });
      await npc('add gone');
      index.withdraw('gone');
      const { code, output } = await project.run('nix-shell --run true');
      assert.notEqual(code, 0);
      assert.match(output, /files\/gone-1\.0-py3-none-any\.whl'?: HTTP error 404/);
      await npc('remove gone');
    });

    it('a wheel in the repository works in the shell and under Bazel', async () => {
      const [name, vendored] = [unique('vendored'), `${work}/vendored-${host.bazel}`];
      addStandIns(vendored, [{ name: 'vendored', version: '1.0', module: name, requires: ['six'] }]);
      cpSync(`${vendored}/files`, project.path('wheels'), { recursive: true });
      await npc('add vendored');
      assert.match(project.read('pylock.toml'), /path = "wheels\/vendored-1\.0-py3-none-any\.whl"/);
      project.edit('hello_test.py', 'import squeeze\n', `import squeeze\nimport ${name}\n`);
      await project.inShell('bazel test //:hello_test');
    });

    it('an index with a password: no credentials in the lock, the project or the output', async () => {
      const name = unique('secretive');
      index.add({ name: 'secretive', version: '1.0', module: name });
      configurePip(index.privateUrl);
      assert.match(await refused(`${command} add secretive`), /no wheel of|401/);
      writeFileSync(host.root + netrc, `machine 127.0.0.1 login ${index.user} password ${index.password}\n`, {
        mode: 0o600,
      });
      const outputs = [await npc('add secretive 2>&1')];
      const build = 'nix-build nix/python.nix -A runtime --no-out-link';
      assert.match((await project.run(build)).output, /HTTP error 401/);
      outputs.push(await project.must(`NIX_CONFIG='netrc-file = ${netrc}' ${build} 2>&1`));
      rmSync(host.root + netrc);

      index.add({ name: 'secretive', version: '2.0', module: name });
      configurePip(index.privateUrl.replace('://', `://${index.user}:${index.password}@`));
      outputs.push(await npc('lock --upgrade secretive 2>&1'), (await project.run(build)).output);
      configurePip(index.url);
      assert.match(outputs[2] as string, /^~ secretive 1\.0 → 2\.0$/m);
      const said = [...outputs, ...Object.values(contents())];
      for (const text of said) assert.ok(!text.includes(index.password), text);
    });

    it('update moves a project to PyPI, and back', async () => {
      const moved = new Project(host, 'moved', null);
      const version = `nix-shell --run 'python3 -c "import six; print(six.__version__)"'`;
      await moved.must(`${command} new . --yes --name hello --packages six ${newAnswers(host).join(' ')}`);
      await moved.must(`${command} update --packages-from pypi`);
      await moved.must(`${command} lock`);
      assert.equal(await moved.must(version), index.versions('six').at(-1));
      await moved.must(`${command} update --packages-from nixpkgs`);
      assert.equal(await moved.must(version), '1.16.0');
    });
  });
}
