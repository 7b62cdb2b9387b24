import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type { Dispatcher } from 'undici';
import { badRequest, failed } from '../project/failure.ts';
import type { DownloadOptions } from './archive.ts';
import { shown } from './fault.ts';

/** What a URL leads to: its bytes as they come, and how many there will be, if that is known. */
export interface Source {
  readonly body: Readable;
  readonly total: number | undefined;
}

const pieceSize = 1 << 18;

/** @throws Failure (exit code 2) if the URL leads to no file. */
export async function openFile(url: string, { signal }: DownloadOptions): Promise<Source> {
  const hint = 'Give the file:// URL of a tar archive, with the whole path: file:///home/me/nixpkgs.tar.gz.';
  const { host } = new URL(url);
  if (host !== '') throw badRequest(`${shown(url)} names another machine ("${host}").`, hint);
  const path = fileURLToPath(url);
  const facts = await stat(path).catch(error => {
    throw badRequest(
      `${shown(url)} cannot be read: ${error.code === 'ENOENT' ? 'no such file' : error.message}.`,
      hint,
      error,
    );
  });
  if (!facts.isFile())
    throw badRequest(`${shown(url)} is no file but ${facts.isDirectory() ? 'a folder' : 'a device'}.`, hint);
  return { body: createReadStream(path, { highWaterMark: pieceSize, ...(signal && { signal }) }), total: facts.size };
}

const redirections = 10;
const defaultPatience = 30_000;

/** Asks for a URL, through the proxy of the environment (HTTPS_PROXY, HTTP_PROXY, NO_PROXY) if there is one. */
export async function openHttp(url: string, { signal, patience = defaultPatience }: DownloadOptions): Promise<Source> {
  const { interceptors, request } = await import('undici');
  const agent = await proxyAgent();
  const response = await request(url, {
    dispatcher: agent.compose(interceptors.redirect({ maxRedirections: redirections })),
    headersTimeout: patience,
    bodyTimeout: patience,
    headers: { 'user-agent': 'generator-nix-python-container', accept: '*/*' },
    ...(signal && { signal }),
  }).catch(async error => {
    await agent.destroy();
    throw error;
  });
  // Without this, connections that are kept open keep the process alive.
  response.body.once('close', () => void agent.destroy());
  if (response.statusCode !== 200) {
    response.body.on('error', () => {}).destroy();
    throw refused(url, response.statusCode);
  }
  const length = Number(response.headers['content-length']);
  return { body: response.body, total: Number.isSafeInteger(length) ? length : undefined };
}

async function proxyAgent(): Promise<Dispatcher> {
  const { EnvHttpProxyAgent } = await import('undici');
  const { emitWarning } = process;
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
  401: 'wants a password',
  403: 'forbids it',
  404: 'has no such file',
  407: 'wants a password for the proxy',
  410: 'has no such file any more',
  429: 'has had too many requests',
};

function refused(url: string, status: number): Error {
  const hint = status < 500 ? 'Check the URL, the branch or the commit.' : 'Try again later.';
  const answer = status < 400 ? `redirects more than ${redirections} times or to nowhere` : answers[status];
  return failed(`${shown(url)}: the server ${answer ?? 'refuses'} (status ${status}).`, hint);
}
