/**
 * The core, in groups that are mutated one by one: modules below src/, the tests below test/ that have to notice, and the least score
 * in percent. It is that of docs/reliability.md without its fraction and one more: on a busy machine a mutant can pass for an endless one.
 */
export const groups = {
  plan: {
    modules: ['plan/plan', 'plan/plan-merge', 'plan/plan-theirs', 'plan/plan-update', 'plan/theirs'],
    tests: ['plan/*'],
    least: 96,
  },
  merge: {
    modules: ['plan/merge-files', 'plan/merge-text', 'plan/record', 'text/conflict-markers'],
    tests: ['plan/*'],
    least: 81,
  },
  commit: {
    // Nearly all are what messages say of a call that failed.
    excludedMutations: ['StringLiteral'],
    modules: [
      'fs/apply-changes',
      'fs/commit',
      'fs/create-folder',
      'fs/durable',
      'fs/journal',
      'fs/own-journal',
      'fs/recover-journal',
    ],
    tests: ['fs/*'],
    least: 75,
  },
  versions: {
    modules: ['packaging/version'],
    tests: ['packaging/marker', 'packaging/requirement', 'packaging/version'],
    least: 95,
  },
  requirements: {
    // Most of what these make once, when they are loaded, are texts in tables; each would need a process of its own.
    ignoreStatic: true,
    modules: [
      'packaging/logical-lines',
      'packaging/marker',
      'packaging/package-source',
      'packaging/parsed-requirements',
      'packaging/requirement',
      'packaging/requirements-file',
    ],
    tests: [
      'packaging/formats/*',
      'packaging/marker',
      'packaging/package-source',
      'packaging/requirement',
      'packaging/requirements-file',
      'packaging/requirements-lines',
    ],
    least: 89,
  },
  secrets: { modules: ['text/secrets'], tests: ['text/secrets'], least: 96 },
};
