import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { failure, noise, read } from './reading.ts';
import { serve, withEnvironment } from './server.ts';
import { pack, scratch, unusual, writeTree } from './trees.ts';

describe('The archive at a URL', () => {
  const { path: folder, remove } = scratch();
  const file = (name: string): string => join(folder, name);
  const url = (name: string): string => pathToFileURL(file(name)).href;
  let hash: string;
  let gzip: Buffer;
  let web: Awaited<ReturnType<typeof serve>>;

  before(async () => {
    writeTree(file('top'), {
      ...unusual,
      'noise.bin': { x: noise(300_000) },
    });
    pack(file('a.tar'), file('top'), ['--format=gnu', '--sort=name']);
    gzip = gzipSync(readFileSync(file('a.tar')));
    writeFileSync(file('a.tar.gz'), gzip);
    hash = (await read(url('a.tar'))).narHash;
    web = await serve((request, response) => {
      const { pathname } = new URL(request.url ?? '/', 'http://localhost');
      const steps = /^\/redirect\/(\d+)$/.exec(pathname)?.[1];
      if (steps !== undefined) {
        response.writeHead(302, { location: steps === '0' ? '/whole' : `/redirect/${Number(steps) - 1}` }).end();
      } else if (pathname === '/whole') response.writeHead(200, { 'content-length': gzip.length }).end(gzip);
      else if (pathname === '/unsized') response.writeHead(200).end(gzip);
      else if (pathname === '/short') {
        response.writeHead(200, { 'content-length': gzip.length });
        response.write(gzip.subarray(0, 5000), () => response.destroy());
      } else if (pathname === '/broken-chunks') {
        response.writeHead(200);
        response.write(gzip.subarray(0, 5000), () => response.destroy());
      } else if (pathname === '/cut') response.end(gzip.subarray(0, gzip.length - 20));
      else if (pathname === '/page') response.end('<!DOCTYPE html><html>Please log in</html>');
      else if (pathname === '/text') response.end('{"message": "no"}'.repeat(100));
      else if (pathname === '/nothing') response.end();
      else if (pathname === '/stuck') response.write(gzip.subarray(0, 5000));
      else if (pathname !== '/silent') response.writeHead(pathname === '/busy' ? 503 : 404).end('no');
    });
  });
  after(() => web.close());
  after(remove);

  it('is told apart by how it begins, not by its name', async () => {
    writeFileSync(file('named-wrong.zip'), gzip);
    assert.equal((await read(url('named-wrong.zip'))).narHash, hash);
    assert.equal((await read(url('a.tar.gz'))).narHash, hash);
  });

  for (const flags of [[], ['-9'], ['--block-size=65536', '-T2'], ['--check=none'], ['--check=crc32']]) {
    it(`may be compressed by xz ${flags.join(' ')}`, async function () {
      try {
        execFileSync('xz', ['--keep', '--force', ...flags, file('a.tar')]);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || process.env['CI']) throw error;
        this.skip();
      }
      assert.equal((await read(url('a.tar.xz'))).narHash, hash);
      const whole = readFileSync(file('a.tar.xz'));
      for (const part of [0.5, 0.99]) {
        writeFileSync(file('cut.xz'), whole.subarray(0, Math.floor(whole.length * part)));
        assert.match((await failure(url('cut.xz'))).message, /the archive is cut short/);
      }
      whole.fill(0x55, 2000, 2100);
      writeFileSync(file('damaged.xz'), whole);
      const { message, exitCode } = await failure(url('damaged.xz'));
      assert.match(message, /damaged/);
      assert.equal(exitCode, 1);
    });
  }

  it('reports how much has come', async () => {
    for (const [address, total] of [
      [`${web.url}/whole`, gzip.length],
      [`${web.url}/unsized`, undefined],
      [url('a.tar.gz'), gzip.length],
    ] as const) {
      const seen: [number, number | undefined][] = [];
      await read(address, { onProgress: (received, length) => seen.push([received, length]) });
      assert.deepEqual(seen[0], [0, total]);
      assert.deepEqual(seen.at(-1), [gzip.length, total]);
    }
  });

  it('is found behind ten redirections and not behind eleven', async () => {
    assert.equal((await read(`${web.url}/redirect/9`)).narHash, hash);
    const { message } = await failure(`${web.url}/redirect/10`);
    assert.match(message, /redirects more than 10 times/);
  });

  const answers: Record<string, RegExp> = {
    '/missing': /has no such file \(status 404\)/,
    '/busy': /refuses \(status 503\)/,
    '/short': /connection closed early after \d+ of \d+ bytes/,
    '/broken-chunks': /connection closed early after \d+ bytes/,
    '/cut': /is cut short/,
    '/page': /is a web page, not an archive/,
    '/text': /is not a tar archive/,
    '/nothing': /is cut short/,
    '/silent': /the server stopped responding/,
    '/stuck': /the server stopped responding/,
  };
  for (const [path, pattern] of Object.entries(answers)) {
    it(`ends in one clear error: ${path}`, async () => {
      const { message, exitCode, hint } = await failure(`${web.url}${path}?token=secret`, {
        // Only a server that keeps silent has to be waited for.
        patience: ['/silent', '/stuck'].includes(path) ? 500 : 15_000,
      });
      assert.match(message, pattern);
      assert.ok(message.startsWith(`${web.url}${path}`), message);
      assert.doesNotMatch(message, /secret/);
      assert.notEqual(hint, '');
      assert.equal(exitCode, 1);
    });
  }

  it('fails where nothing listens, or where the host does not exist', async () => {
    const gone = await serve(() => {});
    await gone.close();
    assert.match((await failure(gone.url)).message, /the connection was refused/);
    assert.match((await failure('http://nixpkgs.invalid/a.tar.gz')).message, /unknown host/);
  });

  it('fails with a certificate that is not trusted', async () => {
    execFileSync(
      'openssl',
      [
        'req',
        '-x509',
        '-newkey',
        'rsa:2048',
        '-nodes',
        '-days',
        '2',
        '-subj',
        '/CN=localhost',
        '-keyout',
        file('key'),
        '-out',
        file('cert'),
      ],
      { stdio: 'ignore' },
    );
    const server = createTlsServer(
      { key: readFileSync(file('key')), cert: readFileSync(file('cert')) },
      (_, response) => response.end(gzip),
    );
    await once(server.listen(0, '127.0.0.1'), 'listening');
    try {
      const { message, hint } = await failure(`https://127.0.0.1:${(server.address() as AddressInfo).port}/`);
      assert.match(message, /the connection is not secure/);
      assert.match(hint, /NODE_EXTRA_CA_CERTS/);
    } finally {
      server.close();
    }
  });

  it('cannot be had from something that speaks no HTTP', async () => {
    const server = createTcpServer(socket => socket.end('SSH-2.0-OpenSSH_9.9\r\n'));
    await once(server.listen(0, '127.0.0.1'), 'listening');
    try {
      const { message } = await failure(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
      assert.match(message, /the response is not HTTP/);
    } finally {
      server.close();
    }
  });

  it('comes through the proxy of the environment, unless NO_PROXY names the server', async () => {
    const asked: string[] = [];
    const proxy = await serve((request, response) => {
      asked.push(request.url ?? '');
      response.end(gzip);
    });
    const environment = { http_proxy: proxy.url, HTTP_PROXY: undefined, no_proxy: undefined, NO_PROXY: undefined };
    try {
      await withEnvironment(environment, async () => {
        assert.equal((await read('http://nixpkgs.invalid/a.tar.gz')).narHash, hash);
        assert.deepEqual(asked, ['http://nixpkgs.invalid/a.tar.gz']);
      });
      await withEnvironment({ ...environment, no_proxy: '127.0.0.1' }, () => read(`${web.url}/whole`));
      assert.equal(asked.length, 1);
      await withEnvironment({ ...environment, http_proxy: 'no url' }, async () => {
        assert.match((await failure(`${web.url}/whole`)).message, /proxy .* is not a URL/);
      });
    } finally {
      await proxy.close();
    }
  });

  const tunnels: Record<string, [(socket: Duplex) => void, RegExp]> = {
    refuses: [socket => socket.end('HTTP/1.1 403 Forbidden\r\n\r\n'), /the proxy refuses/],
    'hangs up': [socket => socket.destroy(), /the server stopped responding/],
    'says nothing': [socket => socket.resume(), /the server stopped responding/],
  };
  for (const [title, [onConnect, pattern]] of Object.entries(tunnels)) {
    it(`cannot be had through a proxy that ${title}`, async () => {
      const proxy = await serve(() => {}, onConnect);
      const environment = { https_proxy: proxy.url, HTTPS_PROXY: undefined, no_proxy: undefined, NO_PROXY: undefined };
      await withEnvironment(environment, async () => {
        const { message, hint } = await failure('https://nixpkgs.invalid/a.tar.gz', { patience: 500 });
        assert.match(message, pattern);
        assert.match(hint, /HTTPS_PROXY/);
        await proxy.close();
        assert.match((await failure('https://nixpkgs.invalid/a.tar.gz')).message, /the connection was refused/);
      });
    });
  }

  it('is stopped by a signal, before and while it is read', async () => {
    for (const [address, delay] of [
      [`${web.url}/whole`, 0],
      [url('a.tar.gz'), 0],
      [`${web.url}/stuck`, 100],
      [`${web.url}/silent`, 100],
    ] as const) {
      const signal = delay === 0 ? AbortSignal.abort() : AbortSignal.timeout(delay);
      const { message, exitCode } = await failure(address, { signal });
      assert.match(message, /was stopped/);
      assert.equal(exitCode, 130);
    }
  });

  const refused: Record<string, [() => void, RegExp]> = {
    'no such file': [() => {}, /no such file/],
    'a folder': [() => mkdirSync(file('a folder')), /is not a regular file but a folder/],
  };
  for (const [name, [prepare, pattern]] of Object.entries(refused)) {
    it(`makes no sense as ${name}`, async () => {
      prepare();
      const { message, exitCode } = await failure(url(name));
      assert.match(message, pattern);
      assert.equal(exitCode, 2);
    });
  }

  it('makes no sense on another machine', async () => {
    assert.equal((await failure('file://elsewhere/a.tar.gz')).exitCode, 2);
  });
});
