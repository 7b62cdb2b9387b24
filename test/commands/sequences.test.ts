import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { parse as parseToml } from 'smol-toml';
import { offeredBazels, offeredPythons, releases } from '../../src/catalog/releases.ts';
import { run } from '../../src/cli/run.ts';
import { outputStream } from '../../src/terminal/output.ts';
import { needs } from '../needs.ts';
import { nix, nixEnvironment } from '../nix-available.ts';
import { scratch, treeOf } from './process.ts';
import { standInResolver } from './resolver.ts';

/** How many are tried. */
const sequences = Number(process.env.SEQUENCES ?? 8);
/** Every pair of versions that a release offers, as options. */
const versions = releases().flatMap(({ name, ...release }) =>
  offeredPythons({ name, ...release }).flatMap(python =>
    offeredBazels({ name, ...release }).map(bazel => [
      `--nixpkgs=${name}`,
      `--python=${python.name}`,
      `--bazel=${bazel.name}`,
    ]),
  ),
);
/** Some have another attribute, some a range or an extra. */
const packages = ['requests', 'redis>=4', 'pillow', 'pyyaml', 'scikit-image', 'uvicorn[standard]', 'python-dateutil'];
const services = ['worker', 'mail-out', 'image-resizer'];
/** Files in which the user adds a line. */
const edits = ['hello.py', 'README.md', 'BUILD.bazel', 'nix/image.nix', 'MODULE.bazel', 'WORKSPACE', 'worker/app.py'];

/** The file of the other dialect, which is kept only while it has changes. */
const idle = (flags: readonly string[]): string => (Number(flags[2]?.split('=')[1]) < 7 ? 'MODULE.bazel' : 'WORKSPACE');

/** One step. A second one of the same kind undoes it. */
const stepAmong = (choices: readonly (readonly string[])[]) =>
  fc.oneof(
    fc.record({ kind: fc.constant('package' as const), name: fc.constantFrom(...packages), dev: fc.boolean() }),
    fc.record({ kind: fc.constant('service' as const), name: fc.constantFrom(...services) }),
    fc.record({ kind: fc.constant('edit' as const), path: fc.constantFrom(...edits) }),
    fc.record({ kind: fc.constant('update' as const), flags: fc.constantFrom(...choices) }),
  );
type Step = ReturnType<typeof stepAmong> extends fc.Arbitrary<infer Value> ? Value : never;

describe('random sequences of add, remove, update, service and edits', function () {
  this.timeout(300_000);
  const folder = scratch();
  const texts = new Map<string, string>();
  let environment: Readonly<Record<string, string>> = { PATH: '' };

  /** Runs the command in this process, in a project. Returns its output. */
  async function command(cwd: string, ...args: string[]): Promise<string> {
    let printed = '';
    const output = { ...outputStream(process.stderr, {}), write: (text: string) => void (printed += text) };
    const context = {
      folder: cwd,
      environment,
      today: new Date('2026-11-23'),
      stderr: output,
      stdout: output,
    };
    const code = await run(args, { ...context, signal: new AbortController().signal, interactive: false });
    assert.equal(code, 0, `${args.join(' ')}\n${printed}`);
    return printed;
  }

  /** Takes a step. Returns how to undo it; undefined if there was nothing to do. */
  async function take(step: Step, cwd: string, now: State): Promise<(() => Promise<void>) | undefined> {
    switch (step.kind) {
      case 'package': {
        const key = `${step.name} ${step.dev}`;
        const name = step.name.replace(/[^\w-].*/, '');
        const dev = step.dev ? ['--dev'] : [];
        const put = () => command(cwd, 'add', step.name, ...dev);
        const remove = () => command(cwd, 'remove', name, ...dev);
        const there = now.packages.has(key);
        await (there ? remove() : put());
        if (!now.packages.delete(key)) now.packages.add(key);
        return async () => {
          await (there ? put() : remove());
          if (!now.packages.delete(key)) now.packages.add(key);
        };
      }
      case 'service': {
        const there = now.services.has(step.name);
        // A changed app is kept when its service is removed, so that cannot be undone.
        if (there && now.edited.has('worker/app.py')) return undefined;
        const put = () => command(cwd, 'service', step.name);
        const remove = () => command(cwd, 'service', step.name, '--remove');
        await (there ? remove() : put());
        if (!now.services.delete(step.name)) now.services.add(step.name);
        return async () => {
          await (there ? put() : remove());
          if (!now.services.delete(step.name)) now.services.add(step.name);
        };
      }
      case 'edit': {
        const file = join(cwd, step.path);
        if (!existsSync(file) || step.path === idle(now.flags)) return undefined;
        const sign = step.path.endsWith('.md') ? '<!-- ours -->' : '# ours';
        const toggle = (): void => {
          const text = readFileSync(file, 'utf8');
          writeFileSync(file, now.edited.has(step.path) ? text.replace(`${sign}\n`, '') : `${sign}\n${text}`);
          if (!now.edited.delete(step.path)) now.edited.add(step.path);
        };
        toggle();
        return async () => toggle();
      }
      case 'update': {
        const before = now.flags;
        const update = async (flags: readonly string[]): Promise<void> => {
          await command(cwd, 'update', ...flags);
          rmSync(join(cwd, '.nix-python-container.undo'), { force: true });
          now.flags = flags;
        };
        await update(step.flags);
        return () => update(before);
      }
    }
  }

  interface State {
    readonly packages: Set<string>;
    readonly services: Set<string>;
    readonly edited: Set<string>;
    flags: readonly string[];
  }

  /** Only the files: git does not know empty folders either. Lock files stay when packages come from nixpkgs again. */
  const filesIn = (cwd: string): Record<string, string> =>
    Object.fromEntries(
      Object.entries(treeOf(cwd)).filter(([path, text]) => !text.endsWith(' ') && !path.startsWith('pylock.')),
    );

  /** The property, for sequences that begin with some of these flags, and update to others. */
  async function restoreEveryByte(choices: readonly (readonly string[])[], numRuns: number): Promise<void> {
    const sequence = fc.record({
      flags: fc.constantFrom(...choices),
      ci: fc.constantFrom([], ['--ci=github'], ['--ci=gitlab']),
      steps: fc.array(stepAmong(choices), { minLength: 1, maxLength: 8 }),
    });
    await fc.assert(
      fc.asyncProperty(sequence, async ({ flags, ci, steps }) => {
        const cwd = mkdtempSync(join(folder, 'p-'));
        await command(cwd, 'new', '.', '--yes', '--name=hello', ...flags, ...ci);
        const first = filesIn(cwd);
        const now: State = { packages: new Set(), services: new Set(), edited: new Set(), flags };
        const undo: (() => Promise<void>)[] = [];
        for (const each of steps) {
          const back = await take(each, cwd, now);
          if (back) undo.push(back);
        }
        keep(cwd);
        assert.match(await command(cwd, 'update'), /^Nothing was changed\.$/m);
        for (const path of now.edited) assert.match(readFileSync(join(cwd, path), 'utf8'), /^(# ours|<!-- ours -->)\n/);
        for (const back of undo.reverse()) await back();
        assert.deepEqual(filesIn(cwd), first);
        rmSync(cwd, { recursive: true });
      }),
      { numRuns },
    );
  }

  it('leave the project up to date, and undone in reverse restore every byte', () =>
    restoreEveryByte(versions, sequences));

  it('do so for packages from nixpkgs and from PyPI, with updates from the one to the other', async () => {
    const { env, index } = standInResolver(join(folder, 'stand-ins'));
    index(Object.fromEntries(packages.map(text => [text.replace(/[^\w-].*/, ''), ['1.0', '5.0']])));
    const before = environment;
    environment = env;
    try {
      const recent = versions.filter(([nixpkgs = '']) => nixpkgs > '--nixpkgs=25');
      await restoreEveryByte(
        recent.flatMap(flags => ['nixpkgs', 'pypi'].map(source => [...flags, `--packages-from=${source}`])),
        Math.ceil(sequences / 5),
      );
    } finally {
      environment = before;
    }
  });

  /** Collects the texts of a project for the checkers, which would take too long for each. */
  function keep(cwd: string): void {
    for (const path of Object.keys(filesIn(cwd))) {
      const text = readFileSync(join(cwd, path), 'utf8');
      const digest = createHash('sha256').update(path).update(text).digest('hex').slice(0, 12);
      texts.set(join(folder, 'texts', digest, path), text);
    }
  }

  /** Writes the collected texts that match, for a checker to read. */
  function written(pattern: RegExp): string[] {
    const paths = [...texts.keys()].filter(path => pattern.test(path));
    assert.ok(paths.length > 0);
    for (const path of paths) {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, texts.get(path) as string);
    }
    return paths;
  }

  it('leave Starlark that buildifier accepts', () => {
    const buildifier = createRequire(import.meta.url).resolve('@bazel/buildifier/buildifier.js');
    const files = written(/(\.bazel|WORKSPACE)$/);
    const { stdout, stderr } = spawnSync(process.execPath, [buildifier, '--mode=check', '--lint=warn', ...files], {
      encoding: 'utf8',
    });
    assert.equal(`${stdout}${stderr}`, '');
  });

  it('leave TOML, JSON and Python that parse', () => {
    for (const path of written(/pyproject\.toml$/)) parseToml(readFileSync(path, 'utf8'));
    for (const path of written(/(flake\.lock|\.yo-rc\.json)$/)) JSON.parse(readFileSync(path, 'utf8'));
    execFileSync('python3', ['-m', 'py_compile', ...written(/\.py$/)]);
  });

  describe('with Nix', () => {
    before(needs('nix-instantiate'));

    it('leave Nix that parses', () => {
      nix(nixEnvironment(folder), 'nix-instantiate', '--parse', ...written(/\.nix$/));
    });
  });
});
