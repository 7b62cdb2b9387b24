import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describeLockChanges, lockChanges } from '../../src/lock/lock-changes.ts';
import { formatLock, type LockFile, parseLock } from '../../src/lock/lock-file.ts';
import { lockProblems } from '../../src/lock/lock-problems.ts';

const text = fc.string({ unit: fc.constantFrom('a', 'B', '1', '.', '_', '-', '"', '\\', 'é', '\u0007', ' ') });
const name = fc.stringMatching(/^[a-z0-9]{1,3}(-[a-z0-9]{1,3})?$/);
const required = fc.record({
  name: fc.stringMatching(/^[a-z0-9_.+-]{1,9}\.whl$/),
  url: fc.stringMatching(/^https:\/\/[a-z]{1,5}\/[a-z0-9]{1,9}\.whl$/),
  hashes: fc.dictionary(fc.constantFrom('sha256', 'sha512'), fc.stringMatching(/^[0-9a-f]{8}$/)),
});
const wheel = fc
  .tuple(required, fc.option(fc.record({ size: fc.nat() }), { nil: {} }))
  .map(([each, size]) => ({ ...each, ...size }));
const locked = fc.record(
  { name, version: text, marker: text, requiresPython: text, wheels: fc.array(wheel, { maxLength: 3 }) },
  { requiredKeys: ['name', 'version', 'wheels'] },
);
const locks = fc.record(
  {
    environments: fc.array(text, { maxLength: 2 }),
    requiresPython: text,
    packages: fc.array(locked, { maxLength: 4 }),
  },
  { requiredKeys: ['environments', 'packages'] },
);

const lockOf = (...packages: readonly [name: string, version: string, marker?: string][]): LockFile => ({
  environments: [],
  packages: packages.map(([each, version, marker]) => ({
    name: each,
    version,
    ...(marker === undefined ? {} : { marker }),
    wheels: [],
  })),
});

describe('a lock file', () => {
  it('is the same after it was written and read', async () => {
    await fc.assert(
      fc.asyncProperty(locks, async lock => {
        const once = formatLock(lock as LockFile);
        const read = await parseLock(once, 'pylock.toml');
        assert.equal(formatLock(read), once);
        assert.equal(read.packages.length, lock.packages.length);
      }),
    );
  });

  it('is read as pip and as uv write it', async () => {
    const pip = `lock-version = "1.0"
created-by = "pip"

[[packages]]
name = "Markup_Safe"
version = "3.0.2"

[[packages.wheels]]
name = "markupsafe-3.0.2-cp313-cp313-manylinux2014_x86_64.whl"
url = "https://example.org/m.whl#sha256=ab"

[packages.wheels.hashes]
sha256 = "ab"

[[packages]]
name = "six"

[packages.archive]
url = "file:///w/six-1.17.0-py3-none-any.whl"

[packages.archive.hashes]
sha256 = "ab"

[[packages]]
name = "sources"

[packages.archive]
url = "https://example.org/100%-sources.tar.gz"
`;
    const uv = `lock-version = "1.0"
created-by = "uv"
requires-python = ">=3.13"

[[packages]]
name = "torch"
version = "2.5.1+cpu"
marker = "sys_platform == 'linux'"
index = "https://example.org/simple"
sdist = { url = "https://example.org/torch.tar.gz", upload-time = 2024-10-18T10:27:25Z, size = 1, hashes = { sha256 = "cd" } }
wheels = [
    { url = "https://user:secret@example.org/torch-2.5.1%2Bcpu-cp313-cp313-linux_x86_64.whl?token=secret", upload-time = 2024-10-18T10:26:29Z, size = 98563, hashes = { sha256 = "ef" } },
]
`;
    const [fromPip, fromUv] = await Promise.all([parseLock(pip, 'a'), parseLock(uv, 'b')]);
    assert.deepEqual(fromPip.packages, [
      {
        name: 'markup-safe',
        version: '3.0.2',
        wheels: [
          {
            name: 'markupsafe-3.0.2-cp313-cp313-manylinux2014_x86_64.whl',
            url: 'https://example.org/m.whl',
            hashes: { sha256: 'ab' },
          },
        ],
      },
      {
        name: 'six',
        version: '1.17.0',
        wheels: [
          {
            name: 'six-1.17.0-py3-none-any.whl',
            url: 'file:///w/six-1.17.0-py3-none-any.whl',
            hashes: { sha256: 'ab' },
          },
        ],
      },
      { name: 'sources', version: '', wheels: [] },
    ]);
    const [torch] = fromUv.packages;
    assert.equal(fromUv.requiresPython, '>=3.13');
    assert.equal(torch?.marker, "sys_platform == 'linux'");
    assert.deepEqual(torch?.wheels, [
      {
        name: 'torch-2.5.1+cpu-cp313-cp313-linux_x86_64.whl',
        url: 'https://example.org/torch-2.5.1%2Bcpu-cp313-cp313-linux_x86_64.whl',
        size: 98563,
        hashes: { sha256: 'ef' },
      },
    ]);
    assert.doesNotMatch(formatLock(fromUv), /secret|2024/);
  });

  for (const [what, file, says] of [
    ['TOML that is not valid', 'a = [', /pylock\.toml is not valid TOML: .*\.$/],
    ['another file', 'a = 1', /not a lock file: it has lock-version none/],
    ['a later version of the standard', 'lock-version = "2.0"', /lock-version 2\.0, not 1\.0/],
  ] as const) {
    it(`refuses ${what}`, () =>
      assert.rejects(parseLock(file, 'pylock.toml'), {
        exitCode: 2,
        message: says,
        hint: /nix-python-container lock/,
      }));
  }
});

describe('the changes between two lock files', () => {
  it('are a line for each package', () => {
    const before = lockOf(['flask', '3.0'], ['six', '1.17'], ['same', '1']);
    const after = lockOf(['flask', '3.1'], ['redis', '5'], ['same', '1'], ['numpy', '1', 'a'], ['numpy', '2', 'b']);
    assert.equal(
      describeLockChanges(lockChanges(before, after)),
      '~ flask 3.0 → 3.1\n+ numpy 1, 2\n+ redis 5\n- six 1.17\n',
    );
    assert.equal(describeLockChanges(lockChanges(after, after)), '');
    assert.equal(lockChanges(undefined, before).length, 3);
  });
});

describe('the problems of lock files', () => {
  const environment = { pythonVersion: '3.13', machine: 'x86_64' };
  const problems = (runtime: LockFile, development: LockFile, fromNixpkgs: readonly string[] = []): string[] =>
    lockProblems(
      {
        requirements: { runtime: ['flask>=3'], development: ['flask>=3', 'pytest; os_name == "nt"', 'Six'] },
        fromNixpkgs,
      },
      { runtime, development },
      environment,
    );
  const flask = lockOf(['flask', '3.1']);

  it('are none where they hold what is listed', () => {
    assert.deepEqual(problems(flask, lockOf(['flask', '3.1'], ['six', '1'])), []);
    assert.deepEqual(problems(flask, flask, ['six']), []);
  });

  it('are what is missing, outside of its range, or not the same in both', () => {
    assert.deepEqual(problems(lockOf(['flask', '2.9']), flask), [
      'pylock.toml has flask 2.9, not flask>=3',
      'pylock.dev.toml lacks Six',
      'pylock.toml and pylock.dev.toml have different versions of flask',
    ]);
  });

  it('are another Python, but not another patch version of it', () => {
    const of = (requiresPython: string): LockFile => ({ ...flask, requiresPython });
    assert.deepEqual(problems(of('==3.12.*'), flask, ['six']), ['pylock.toml is for Python ==3.12.*, not 3.13']);
    for (const range of ['==3.13.*', '>=3.13.5', '==3.13.7', '<4,>=3.9']) {
      assert.deepEqual(problems(of(range), flask, ['six']), []);
    }
  });

  it('are another system, but not one that cannot be told apart', () => {
    const on = (marker: string): LockFile => ({ ...flask, environments: [marker] });
    const arm = "sys_platform == 'linux' and platform_machine == 'aarch64'";
    assert.deepEqual(problems(on(arm), flask, ['six']), [`pylock.toml is not for this system: ${arm}`]);
    assert.deepEqual(problems(on("platform_machine == 'x86_64'"), flask, ['six']), []);
    assert.deepEqual(problems(on("platform_release == '6'"), flask, ['six']), []);
  });
});
