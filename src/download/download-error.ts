import { ExitCode, Failure, failed } from '../errors/failure.ts';
import { ArchiveError } from './nar-order.ts';
import { slowest } from './options.ts';

/** A URL as it may stand in a message: without password and query, which may be secret. */
export function shown(url: string): string {
  const { protocol, host, pathname } = new URL(url);
  return `${protocol}//${host}${pathname}`;
}

/** A server sends next to nothing. */
export class TooSlow extends Error {
  readonly code = 'TOO_SLOW';
}

interface Fault {
  /** Matches the `code` of an error, or its message if it has none. */
  readonly pattern: RegExp;
  /** Goes on where the URL ended. */
  readonly text: string;
  readonly hint: string;
}

const network = 'Check the connection and the proxy (HTTPS_PROXY, NO_PROXY), or give a file:// URL.';
const again = 'Try again.';
const certificates = 'If a proxy has its own certificates, name them in NODE_EXTRA_CA_CERTS.';

const faults: readonly Fault[] = [
  { pattern: /^TOO_SLOW/, text: `the server sends less than ${slowest} bytes a second`, hint: again },
  { pattern: /^ENOTFOUND|^EAI_/, text: 'unknown host', hint: network },
  { pattern: /^ECONNREFUSED/, text: 'the connection was refused', hint: network },
  { pattern: /^E(NET|HOST)UNREACH|^ENETDOWN/, text: 'host unreachable', hint: network },
  { pattern: /^UND_ERR_CONNECT_TIMEOUT|^ETIMEDOUT/, text: 'connection timed out', hint: network },
  { pattern: /^UND_ERR_(BODY_TIMEOUT|DESTROYED)/, text: 'the server stopped responding', hint: network },
  { pattern: /CERT|^ERR_TLS|^ERR_SSL|^UNABLE_TO|^EPROTO/, text: 'the connection is not secure', hint: certificates },
  {
    pattern: /^UND_ERR_INVALID_ARG/,
    text: 'redirects to what is neither https:// nor http://',
    hint: 'Check the URL.',
  },
  { pattern: /^UND_ERR_ABORTED/, text: 'the proxy refuses', hint: network },
  {
    pattern: /^UND_ERR_SOCKET|^ECONNRESET|^EPIPE|CONTENT_LENGTH|^terminated/,
    text: 'connection closed early',
    hint: again,
  },
  { pattern: /^HPE_|^UND_ERR_RES/, text: 'the response is not HTTP', hint: 'Check the URL.' },
  { pattern: /^Z_BUF_ERROR|^get_next_output.* 8$/, text: 'the archive is cut short', hint: again },
  { pattern: /^Z_|^get_next_output/, text: 'the compressed archive is damaged', hint: again },
];

/** Turns what went wrong on the way into the one Failure that users see. */
export function explain(
  error: unknown,
  url: string,
  { received, total }: { received: number; total: number | undefined },
  signal: AbortSignal | undefined,
): unknown {
  if (signal?.aborted) {
    return new Failure(`Reading ${shown(url)} was stopped.`, 'Nothing was written.', ExitCode.interrupted, error);
  }
  if (error instanceof Failure || error instanceof ArchiveError || !(error instanceof Error)) return error;
  const causes = [error, error.cause].filter(cause => cause instanceof Error) as NodeJS.ErrnoException[];
  const found = causes.flatMap(cause => faults.filter(({ pattern }) => pattern.test(cause.code ?? cause.message)))[0];
  const { text, hint } = found ?? { text: error.message, hint: network };
  const progress = received === 0 ? '' : ` after ${received}${total === undefined ? '' : ` of ${total}`} bytes`;
  return failed(`${shown(url)}: ${text}${progress}.`, hint, error);
}
