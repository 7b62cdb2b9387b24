import fc from 'fast-check';

// The same examples in every run; FC_SEED=… tries others. What fast-check prints of a failure names the seed.
fc.configureGlobal({
  seed: Number(process.env.FC_SEED ?? 20_261_126),
  // Of a mutant, only whether it is noticed counts: no smaller example, and not thousands of them.
  ...(process.env.MUTATION_GROUP && { endOnFailure: true, plugins: [fc.interruptAfterTimeLimit(500)] }),
});
