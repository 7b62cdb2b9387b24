import assert from 'node:assert/strict';
import { differingIn } from '../../src/bazel/verify.ts';

describe('what Nix says of derivations that differ', () => {
  const [drv, one, other] = ['/nix/store/a-image.drv', '/nix/store/b-image', '/nix/store/b-image.check'];

  it('is read in the quotes of all versions', () => {
    for (const [open, close] of [
      ["'", "'"],
      ['"', '"'],
    ]) {
      const line = `error: derivation '${drv}' may not be deterministic: output ${open}${one}${close} differs from ${open}${other}${close}`;
      assert.deepEqual(differingIn(`building\n${line}\nerror: some builds failed\n`), [
        { derivation: drv, outputs: [one, other] },
      ]);
    }
  });

  it('is nothing else that has quotes', () => {
    assert.deepEqual(differingIn("derivation 'x' may not be deterministic\nbuilding 'a' and 'b' and 'c'\n"), []);
  });

  it('is read in time, however long a line is', () => {
    assert.deepEqual(differingIn("derivation '".repeat(100_000)), []);
  });
});
