/** What names of parameters with secrets have in common. */
const suspicious = /tok|key|secret|pass|pwd|auth|sig|cred|access|jwt|session/i;
const slashes = /[/\\:]*/y;
/** User, password, host and port, in one word, or in one value. */
const authority = /[^/?#\s]*/y;
const authorityOfValue = /[^/?#]*/y;
/** How far the password is looked for that has a blank, to take linear time. */
const loose = /[^\n]{0,200}/y;
const word = /\S*/y;
/** Schemes that need no slashes: `new URL('http:user:password@host')` has a host. */
const special = /^(?:https?|wss?|ftp|grpcs?)$/i;
/** A host with or without a port, and what may follow it in a sentence. */
const hostAndPort = /^(?:[^:[\]]*|\[[^\]]*\])(?::\d*["'`).,;:>\]}]*)?$/;
/** What ends a word, but is hardly a part of a query. */
const punctuation = '"\'`).,;:>]}';
/** A fragment that says what is meant: for pip, or a commit. */
const fragment = /#(?:(?:egg|subdirectory|sha\d+|md5)=[\w.[\],-]*|[0-9a-f]{4,40})$/;

/** What these patterns match from a place on; they match an empty text too. */
const matchAt = (pattern: RegExp, text: string, at: number): string => {
  pattern.lastIndex = at;
  pattern.test(text);
  return text.slice(at, pattern.lastIndex);
};

/** The end of the scheme of a URL before a colon, to take linear time; empty if there is none. */
function schemeBefore(text: string, colon: number): string {
  let start = colon;
  while (start > colon - 31 && /[a-z0-9+.-]/i.test(text.charAt(start - 1))) start -= 1;
  return text.slice(start, colon).replace(/^[^a-z]+/i, '');
}

/** Where the user and password end that begin at `start`: after their `@`; `start` if there are none. */
function endOfUser(text: string, start: number, whole: boolean, isSsh: boolean): number {
  const named = matchAt(whole ? authorityOfValue : authority, text, start);
  const at = named.lastIndexOf('@');
  // The user of `ssh://git@host` is no secret.
  if (at >= 0) return isSsh && !named.slice(0, at).includes(':') ? start : start + at + 1;
  if (hostAndPort.test(named)) return start;
  // A character of the password should have been encoded: it goes on to the last `@`.
  const inWord = (whole ? text.slice(start) : matchAt(word, text, start)).lastIndexOf('@');
  return start + (inWord < 0 ? matchAt(loose, text, start).lastIndexOf('@') : inWord) + 1;
}

/** Where the query begins that ends at `end`; `end` if there is none. */
function startOfQuery(text: string, start: number, end: number): number {
  const rest = text.slice(start, end);
  const mark = rest.search(/[?#]/);
  return rest[mark] === '?' ? start + mark : end;
}

/**
 * A text without what may be secret in its URLs, however malformed they are: user and password, and the query. Also without the
 * password of `user:password@host`. Takes linear time.
 * @param whole the text is one value: blanks do not end a URL in it
 */
export const withoutSecrets = (text: string, whole = false): string =>
  // A value may hold more URLs than the one that it is.
  stripped(whole ? stripped(text, true) : text, false);

function stripped(text: string, whole: boolean): string {
  let shown = '';
  let done = 0;
  /** How far an @ was looked for. */
  let sought = 0;
  const hide = (from: number, to: number): void => {
    shown += text.slice(done, from);
    done = to;
  };
  for (let colon = text.indexOf(':'); colon >= 0; colon = text.indexOf(':', colon + 1)) {
    const name = schemeBefore(text, colon);
    const start = colon + 1 + matchAt(slashes, text, colon + 1).length;
    // `helper::address` is how git names its remote helpers.
    const isUrl = start - colon > 2 || (name !== '' && (text[colon + 1] === ':' || special.test(name)));
    if (isUrl) {
      const user = endOfUser(text, start, whole, /ssh$/i.test(name));
      hide(start, user);
      let end = whole ? text.length : user + matchAt(word, text, user).length;
      while (end > user && punctuation.includes(text.charAt(end - 1))) end -= 1;
      const query = startOfQuery(text, user, end);
      hide(query, end - (fragment.exec(text.slice(query, end))?.[0].length ?? 0));
      colon = end - 1;
      continue;
    }
    // No later colon of a word has an @ behind it either, but one may be that of a URL.
    if (colon < sought) continue;
    sought = colon + 1 + matchAt(/[^\s/@]*/y, text, colon + 1).length;
    // Not the tag of an image before its digest.
    if (text[sought] !== '@' || text.startsWith('@sha', sought)) continue;
    hide(colon + 1, sought);
    colon = sought - 1;
  }
  return (shown + text.slice(done)).replace(parameter, (all, start: string) => (suspicious.test(start) ? start : all));
}

/** A parameter of a query, also where a blank before it has ended the URL. */
const parameter = /([?&][\w.~-]{1,60}=)[^\s&#"']+/g;

/** Names of query parameters that say which tree is meant, and whose values may look random. */
const harmless = /^(?:ref|rev|sha|commit|path|id|h|narhash|format|archive|inline|download|raw)$/i;
const random = /^(?=.*\d)(?=.*[a-z])[\w.~+/=-]{16,}$/i;

/** What may be secret in a URL, which is to be written into files that are committed; undefined if nothing is. */
export function secretIn(url: URL): 'credentials' | 'a query that may be secret' | undefined {
  if (url.username || url.password) return 'credentials';
  const isSecret = ([name, value]: [string, string]): boolean =>
    !harmless.test(name) && (suspicious.test(name) || random.test(value) || (value === '' && random.test(name)));
  return [...url.searchParams].some(isSecret) ? 'a query that may be secret' : undefined;
}
