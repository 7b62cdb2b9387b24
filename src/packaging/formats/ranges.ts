/**
 * Converts a Poetry or Pipenv range to PEP 440: `^1.2` is `>=1.2,<2`, `~1.2` is `>=1.2,<1.3`, `1.2` is `==1.2`, `*` is empty.
 * Undefined for a range without a PEP 440 equivalent, such as `1 || 2`.
 */
export function poetryRange(range: string): string | undefined {
  // A space between clauses means "and"; a space after an operator means nothing.
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
  // A caret fixes all numbers up to the first nonzero one, a tilde the first two.
  const firstSet = numbers.findIndex(number => number > 0);
  const fixed = sign === '~' ? Math.min(1, numbers.length - 1) : firstSet < 0 ? numbers.length - 1 : firstSet;
  const next = [...numbers.slice(0, fixed), (numbers[fixed] ?? 0) + 1];
  return `>=${version},<${next.join('.')}`;
}

/**
 * Converts a conda range to PEP 440: `=1.2` is `==1.2.*`, `==1.2` is exact, and a build string after a second `=` is ignored.
 * Undefined for a range without a PEP 440 equivalent, such as `1.2|1.3`.
 */
export function condaRange(range: string): string | undefined {
  const clauses = range
    .replace(/([~=!<>])\s+/g, '$1')
    .split(',')
    .map(clause => clause.trim())
    .filter(clause => clause !== '' && clause !== '*');
  const written = clauses.map(clause => {
    // The build string follows a space or a second "=".
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
