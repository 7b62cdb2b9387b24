import assert from 'node:assert/strict';
import { tryMany } from './run.ts';

/** HARNESS_INPUTS=10000 tries more. */
const count = Number(process.env.HARNESS_INPUTS ?? 200);

describe('the command, whatever it is given', function () {
  this.timeout(count * 10_000);

  it(`keeps its promises for ${count} random inputs`, async () => {
    const { codes, broken } = await tryMany(count, Number(process.env.FC_SEED ?? 1));
    assert.deepEqual(
      broken.map(({ why }) => why),
      [],
    );
    for (const code of [0, 2]) assert.ok((codes.get(code) ?? 0) > 0, `no run ended with ${code}`);
  });
});
