/**
 * The core, in groups that are mutated one by one: modules below src/, the tests below test/ that have to notice, and the least score
 * in percent. It is that of docs/reliability.md without its fraction and one more: on a busy machine a mutant can pass for an endless one.
 */
export const groups = {
  secrets: { modules: ['text/secrets'], tests: ['text/secrets'], least: 96 },
};
