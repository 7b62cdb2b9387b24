/** The shells that a completion script can be printed for. */
export const shells = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof shells)[number];

/** The word after which the command prints what the words behind it can become, one candidate a line: the value, a tab, its help. */
export const completeWord = '__complete';
