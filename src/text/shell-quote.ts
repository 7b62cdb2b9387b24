/** A word as the shell reads it, for commands that people paste: as it is if it needs no quotes. */
export const shellQuote = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;

/** A relative path as a command reads it: one that starts with a dash would be taken for an option. */
export const shellPath = (path: string): string => shellQuote(path.startsWith('-') ? `./${path}` : path);
