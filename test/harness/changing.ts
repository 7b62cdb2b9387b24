/** The calls of `test/fs/calls.ts` that change what is on disk, or wait until it is there. */
export const changing = /^(mkdir|open .* wx|writeFile|chmod|chown|symlink|link|rename|unlink|rmdir|rm|sync) /;
