import { type Dispatcher, EnvHttpProxyAgent, interceptors, request } from 'undici';
import { failed } from '../errors/failure.ts';
import { defaultPatience, type DownloadOptions, type Source } from './options.ts';
import { shown } from './download-error.ts';
import { authorizationFor } from './netrc.ts';

const redirections = 10;

/** Asks for a URL, through the proxy of the environment (HTTPS_PROXY, HTTP_PROXY, NO_PROXY) if there is one. */
export async function openHttp(url: string, { signal, patience = defaultPatience }: DownloadOptions): Promise<Source> {
  signal?.throwIfAborted();
  const agent = proxyAgent();
  // Not undici's own signal and time-outs: until there is a connection, it heeds neither.
  const stop = (): void => {
    signal?.removeEventListener('abort', stop);
    void agent.destroy();
  };
  signal?.addEventListener('abort', stop);
  const timer = setTimeout(stop, patience);
  const authorization = authorizationFor(url, process.env);
  const response = await request(url, {
    dispatcher: agent.compose(interceptors.redirect({ maxRedirections: redirections })),
    headersTimeout: 0,
    bodyTimeout: patience,
    // After a redirection to another host, undici leaves the authorization out.
    headers: {
      ...{ 'user-agent': 'generator-nix-python-container', accept: '*/*' },
      ...(authorization && { authorization }),
    },
  })
    .catch((error: unknown) => {
      stop();
      throw error;
    })
    .finally(() => clearTimeout(timer));
  // Without this, connections that are kept open keep the process alive.
  response.body.once('close', stop);
  if (response.statusCode !== 200) {
    response.body.on('error', () => {}).destroy();
    throw refused(url, response.statusCode);
  }
  const length = Number(response.headers['content-length']);
  return { body: response.body, total: Number.isSafeInteger(length) ? length : undefined };
}

function proxyAgent(): Dispatcher {
  const { emitWarning } = process; // oxlint-disable-line unbound-method -- it is put back below
  // It announces on stderr that its options may still change.
  process.emitWarning = () => {};
  try {
    // Plain http goes to the proxy as a plain request: many proxies open tunnels to port 443 alone.
    // The option is missing from undici's types.
    return new EnvHttpProxyAgent({ proxyTunnel: false } as object);
  } catch (error) {
    throw failed(
      'The proxy in HTTPS_PROXY or HTTP_PROXY is not a URL.',
      'Set it to something like http://proxy.example:3128.',
      error,
    );
  } finally {
    process.emitWarning = emitWarning;
  }
}

const answers: Readonly<Record<number, string>> = {
  206: 'sent only a part of the file',
  304: 'says that the file has not changed, but nothing was here before',
  401: 'requires authentication',
  403: 'denies access',
  404: 'has no such file',
  407: 'requires proxy authentication',
  410: 'no longer has this file',
  429: 'has received too many requests',
};

const redirects: readonly number[] = [301, 302, 303, 307, 308];
const lost = `redirects more than ${redirections} times or to nowhere`;

function refused(url: string, status: number): Error {
  const answer = answers[status] ?? (status < 300 ? 'sent no file' : redirects.includes(status) ? lost : 'refuses');
  const hint =
    status === 401
      ? `Put the login and password for ${new URL(url).hostname} into ~/.netrc, and into the netrc-file of nix.conf for Nix.`
      : status < 500
        ? 'Check the URL, the branch or the commit.'
        : 'Try again later.';
  return failed(`${shown(url)}: the server ${answer} (status ${status}).`, hint);
}
