/**
 * A range of Poetry or pipenv in PEP 440: `^1.2` is `>=1.2,<2`, `~1.2` is `>=1.2,<1.3`, `1.2` is `==1.2`, `*` is empty.
 * Undefined for one that PEP 440 cannot express, such as `1 || 2`.
 */
export function poetryRange(range: string): string | undefined {
  // Blanks between clauses mean "and"; those after an operator mean nothing.
  const clauses = range
    .replace(/([\^~=!<>])\s+/g, '$1')
    .split(/[\s,]+/)
    .filter(clause => clause !== '' && clause !== '*');
  const written = clauses.map(clauseOf);
  return written.every(clause => clause !== undefined) ? written.join(',') : undefined;
}

function clauseOf(clause: string): string | undefined {
  if (/[|]/.test(clause)) return undefined;
  const [, sign = '', version = ''] = /^(\^|~(?!=))?v?(\d.*)$/.exec(clause) ?? [];
  if (version === '') return /^(?:===?|!=|~=|[<>]=?)\d/.test(clause) ? clause : undefined;
  if (sign === '') return `==${version}`;
  const numbers = (/^\d+(\.\d+)*/.exec(version)?.[0] ?? '').split('.').map(Number);
  // A caret fixes all numbers up to the first that is not 0, a tilde the first two.
  const firstSet = numbers.findIndex(number => number > 0);
  const fixed = sign === '~' ? Math.min(1, numbers.length - 1) : firstSet < 0 ? numbers.length - 1 : firstSet;
  const next = [...numbers.slice(0, fixed), (numbers[fixed] ?? 0) + 1];
  return `>=${version},<${next.join('.')}`;
}

/**
 * A range of conda in PEP 440: `=1.2` is `==1.2.*`, `==1.2` is exact, and a build after a second `=` does not matter.
 * Undefined for one that PEP 440 cannot express, such as `1.2|1.3`.
 */
export function condaRange(range: string): string | undefined {
  const clauses = range
    .replace(/([~=!<>])\s+/g, '$1')
    .split(',')
    .map(clause => clause.trim())
    .filter(clause => clause !== '' && clause !== '*');
  const written = clauses.map(clause => {
    // After a blank or another "=" comes the build.
    const [, sign = '', version = '', build] =
      /^(|[~=!]=|[<>]=?|=)(\d[^\s=|*]*|\d[^\s=|]*\*)([\s=][^|]*)?$/.exec(clause) ?? [];
    if (version === '') return undefined;
    const [stem, isPrefix] = [version.replace(/\.?\*$/, ''), version.endsWith('*')];
    if (sign === '' || sign === '=' || sign === '==') {
      return isPrefix || (sign === '=' && build === undefined) ? `==${stem}.*` : `==${version}`;
    }
    return sign === '!=' && isPrefix ? `!=${stem}.*` : `${sign}${stem}`;
  });
  return written.every(clause => clause !== undefined) ? written.join(',') : undefined;
}
