import assert from 'node:assert/strict';
import { scratch } from '../commands/process.ts';
import { needs } from '../needs.ts';
import { type Pair, PairBench, pairs } from './at-once.ts';

/** HARNESS_ROUNDS=50 tries more. */
const rounds = Number(process.env.HARNESS_ROUNDS ?? 3);

describe('two commands on one project at the same time', function () {
  this.timeout(rounds * 60_000);
  before(needs('python3'));
  const bench = new PairBench(scratch());
  before(() => bench.prepare());

  for (const pair of Object.keys(pairs) as Pair[]) {
    it(`${pair}: are both done, or one of them is refused`, async () => {
      const { both, refused } = await bench.race(pair, rounds);
      assert.equal(both + refused, rounds);
      if (process.env.FIGURES) console.log(`        ${JSON.stringify({ both, refused })}`);
    });
  }
});
