import { readFileSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

const mostBytes = 1_000_000;

/** A login and password for a host. */
interface Login {
  login: string;
  password: string;
}

/**
 * The entry of a netrc file for a host, as curl reads such files; its `default` if it has none for the host.
 * Undefined if there is neither.
 */
export function loginIn(text: string, host: string): Login | undefined {
  let inMacro = false;
  const words = text
    .split('\n')
    .filter(line => {
      // A macro ends at a blank line.
      inMacro = /^\s*macdef\b/.test(line) || (inMacro && line.trim() !== '');
      return !inMacro && !line.trimStart().startsWith('#');
    })
    .join('\n')
    .split(/\s+/);
  const found = new Map<string, Login>();
  let entry: Login | undefined;
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at];
    if (word === 'machine' || word === 'default') {
      const name = word === 'default' ? '' : (words[(at += 1)] ?? '').toLowerCase();
      entry = { login: '', password: '' };
      if (!found.has(name)) found.set(name, entry);
    } else if (entry && (word === 'login' || word === 'password' || word === 'account')) {
      const value = words[(at += 1)] ?? '';
      if (word !== 'account') entry[word] = value;
    }
  }
  return found.get(host.toLowerCase()) ?? found.get('');
}

/**
 * The header with which a server is asked for a file that needs a login: from the file that NETRC names, from ~/.netrc, or from
 * Nix's own. Undefined if none has the host.
 */
export function authorizationFor(
  url: string,
  environment: Readonly<Record<string, string | undefined>>,
): string | undefined {
  const { hostname } = new URL(url);
  const files = environment.NETRC
    ? [environment.NETRC]
    : [join(environment.HOME || homedir(), '.netrc'), join(environment.NIX_CONF_DIR || '/etc/nix', 'netrc')];
  for (const file of files) {
    const found = loginIn(readIfThere(file), hostname);
    if (found) return `Basic ${Buffer.from(`${found.login}:${found.password}`).toString('base64')}`;
  }
  return undefined;
}

function readIfThere(file: string): string {
  try {
    const stats = statSync(file);
    return stats.isFile() && stats.size <= mostBytes ? readFileSync(file, 'utf8') : '';
  } catch {
    // It need not be there, and need not be for this user.
    return '';
  }
}
