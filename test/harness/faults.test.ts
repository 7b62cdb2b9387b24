import assert from 'node:assert/strict';
import { scratch } from '../commands/process.ts';
import { needs } from '../needs.ts';
import { FaultBench, type Writer, writers } from './faults.ts';

describe('a command that writes, disturbed at each call that changes files', function () {
  this.timeout(600_000);
  before(needs('python3'));
  const bench = new FaultBench(scratch());
  before(() => bench.prepare());

  for (const writer of Object.keys(writers) as Writer[]) {
    it(`${writer}: leaves the old state or the new one`, async () => {
      const { calls, failed, killed } = await bench.disturb(writer);
      const figures = JSON.stringify({ calls, failed, killed });
      assert.ok(failed.old > 0 && killed.old > 0, figures);
      // A new folder is committed by the last call; what follows in others is the clean-up.
      if (writer !== 'new in a new folder') assert.ok(failed.new > 0 && killed.new > 0, figures);
      if (process.env.FIGURES) console.log(`        ${figures}`);
    });
  }
});
