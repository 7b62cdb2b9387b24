import assert from 'node:assert/strict';
import type { Built } from '../src/bazel/build.ts';
import type { Verified } from '../src/bazel/verify.ts';
import { commandNames } from '../src/cli/flags.ts';
import { commands } from '../src/cli/commands.ts';
import { command, scratch } from './commands/process.ts';
import { checkDocument, schemaFaults } from './output-schema.ts';

// All documents that the tests of the commands get are checked too, in test/commands/process.ts.
describe('output.schema.json', () => {
  const folder = scratch();

  it('has a definition for each command', () => {
    for (const name of Object.keys(commands)) {
      assert.notEqual(schemaFaults(name, {}), '', `${name} is of something`);
    }
    assert.deepEqual(commandNames.toSorted(), Object.keys(commands).toSorted());
  });

  it('is true of help, version, completion and an error', async () => {
    for (const args of [['add', '--help'], ['--version'], ['completion', 'fish'], ['nonsense', 'more']]) {
      const { code } = await command([...args, '--json'], { cwd: folder });
      assert.equal(code, args[0] === 'nonsense' ? 2 : 0);
    }
  });

  it('is true of a build and of a comparison', () => {
    const build: Built = {
      targets: [
        { label: '//:hello', built: true },
        { label: '//:hello_test', built: true, test: 'PASSED', testDuration: 9 },
      ],
      durations: { shell: 1, bazel: 2 },
      image: { name: 'hello', digest: `sha256:${'0'.repeat(64)}`, size: 80_000_000 },
    };
    assert.equal(schemaFaults('build', { target: '/hello', build }), '');
    const differences = [
      { kind: 'content', layer: 1, path: 'app/hello.py', line: 2, first: 'a', second: 'b' },
    ] as const;
    const verified: Verified = {
      images: [{ label: '//image:image', digests: ['sha256:1', 'sha256:2'], differences }],
      nix: { rebuilt: ['hello-base'], unstable: [{ derivation: 'hello-base', differences }] },
    };
    assert.equal(schemaFaults('verify', { target: '/hello', same: false, ...verified }), '');
  });

  it('finds what is wrong with a document', () => {
    const steps = [{ action: 'create', path: 'BUILD.bazel' }];
    const lock = { target: '/hello', written: true, changes: [], warnings: [], steps };
    const check = (document: object) => (): void => checkDocument(['lock', '--json'], JSON.stringify(document));
    check(lock)();
    assert.throws(check({ ...lock, steps: [{ action: 'creat', path: 'BUILD.bazel' }] }), /must be equal to one of/);
    assert.throws(check({ ...lock, more: 1 }), /must NOT have additional properties/);
    const { written: _, ...less } = lock;
    assert.throws(check(less), /must have required property 'written'/);
    assert.throws(check({ error: { message: 'No.', hint: '', exitCode: 3 } }), /must be equal to one of/);
  });
});
