// Runs the command with random inputs: node dist/test/harness/run.js [--inputs N] [--seed N] [--in-process]
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import fc from 'fast-check';
import { check, type Runner, shippedCommand } from './check.ts';
import { inProcess } from './in-process.ts';
import { type Input, inputs } from './inputs.ts';

/** What a run of many inputs came to: how many ended with which exit code, and what broke a promise. */
export interface Outcome {
  readonly codes: ReadonlyMap<number | null, number>;
  readonly broken: readonly { readonly input: Input; readonly why: string }[];
}

/** Tries many random inputs, two at a time. */
export async function tryMany(count: number, seed: number, run: Runner = shippedCommand): Promise<Outcome> {
  const scratch = mkdtempSync(join(tmpdir(), 'npc-harness-'));
  try {
    const made = await shippedCommand(['new', 'shop', '--yes', '--packages=requests'], scratch, {});
    assert.equal(made.code, 0, made.stderr);
    const codes = new Map<number | null, number>();
    const broken: { input: Input; why: string }[] = [];
    const left = fc.sample(inputs, { numRuns: count, seed });
    const work = async (): Promise<void> => {
      for (let input = left.pop(); input; input = left.pop()) {
        try {
          const { code } = await check(input, run, scratch, join(scratch, 'shop'));
          codes.set(code, (codes.get(code) ?? 0) + 1);
        } catch (error) {
          broken.push({ input, why: (error as Error).message });
        }
      }
    };
    await (run === shippedCommand ? Promise.all([work(), work()]) : work());
    return { codes, broken };
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

if (process.argv[1] === import.meta.filename) {
  const { values } = parseArgs({
    options: {
      inputs: { type: 'string', default: '300' },
      seed: { type: 'string', default: '1' },
      'in-process': { type: 'boolean', default: false },
    },
  });
  const started = performance.now();
  const runner = values['in-process'] ? inProcess : shippedCommand;
  const { codes, broken } = await tryMany(Number(values.inputs), Number(values.seed), runner);
  for (const { input, why } of broken) {
    console.log(
      `${why.slice(0, 3000)}\n${JSON.stringify(input, (_, value: unknown) => (typeof value === 'string' ? value.slice(0, 200) : value))}\n`,
    );
  }
  const seconds = Math.round((performance.now() - started) / 1000);
  const ended = [...codes].sort().map(([code, count]) => `${count} with ${code}`);
  console.log(`${values.inputs} inputs in ${seconds} s: ${ended.join(', ')}; ${broken.length} broke a promise`);
  process.exitCode = broken.length > 0 ? 1 : 0;
}
