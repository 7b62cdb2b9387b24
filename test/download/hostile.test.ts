import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { pathToFileURL } from 'node:url';
import { createGzip } from 'node:zlib';
import { pack } from 'tar-stream';
import { archiveAt } from '../../src/download/archive.ts';
import { authorizationFor, loginIn } from '../../src/download/netrc.ts';
import { type Archive, narHashOfTar } from '../../src/download/tar.ts';
import { failure } from './reading.ts';
import { serve, withEnvironment } from './server.ts';
import { scratch } from './trees.ts';

describe('A hostile or odd server', () => {
  const { path: folder, remove } = scratch();
  let web: Awaited<ReturnType<typeof serve>>;
  let asked: (string | undefined)[] = [];

  const drip = (response: ServerResponse): void => {
    response.writeHead(200, { 'content-type': 'application/gzip' });
    const timer = setInterval(() => response.write('\x1f'), 20);
    response.on('close', () => clearInterval(timer));
  };
  before(async () => {
    web = await serve((request, response) => {
      asked.push(request.headers.authorization);
      const [, status = '', location] = /^\/(\d+)(?:\/(.*))?$/.exec(request.url ?? '') ?? [];
      if (request.url === '/drip') drip(response);
      else if (request.url === '/to-ftp') response.writeHead(302, { location: 'ftp://u:SECRET@h/?SECRET' }).end();
      else response.writeHead(Number(status), location ? { location: decodeURIComponent(location) } : {}).end();
    });
  });
  after(() => web.close());
  after(remove);

  for (const [path, sentence] of [
    ['/204', 'the server sent no file (status 204).'],
    ['/206', 'the server sent only a part of the file (status 206).'],
    ['/304', 'the server says that the file has not changed, but nothing was here before (status 304).'],
    ['/300', 'the server refuses (status 300).'],
    ['/302', 'the server redirects more than 10 times or to nowhere (status 302).'],
    ['/401', 'the server requires authentication (status 401).'],
    [`/302/${encodeURIComponent('file:///etc/passwd')}`, 'redirects to what is neither https:// nor http://.'],
    ['/to-ftp', 'redirects to what is neither https:// nor http://.'],
  ] as const) {
    it(`that answers ${path} ends in a sentence about it`, async () => {
      const { message, hint, exitCode } = await failure(`${web.url}${path}`);
      assert.equal(message, `${web.url}${path}: ${sentence}`);
      assert.doesNotMatch(message + hint, /SECRET/);
      assert.equal(exitCode, 1);
      if (path === '/401') assert.match(hint, /^Put the login and password for 127\.0\.0\.1 into ~\/\.netrc/);
    });
  }

  it('that sends a byte at a time is not awaited for ever', async () => {
    const started = performance.now();
    const { message } = await failure(`${web.url}/drip`, { patience: 2000 });
    assert.match(message, /the server sends less than 1000 bytes a second after \d+ bytes\.$/);
    assert.ok(performance.now() - started < 10_000);
  });

  it('gets the login of netrc, another host after a redirection does not', async () => {
    const netrc = join(folder, 'netrc');
    writeFileSync(netrc, 'machine 127.0.0.1 login me password secret\n');
    const other = web.url.replace('127.0.0.1', 'localhost');
    await withEnvironment({ NETRC: netrc }, async () => {
      asked = [];
      await failure(`${web.url}/302/${encodeURIComponent(`${other}/404`)}`);
    });
    assert.deepEqual(asked, [`Basic ${Buffer.from('me:secret').toString('base64')}`, undefined]);
  });

  const url = (name: string): string => pathToFileURL(join(folder, name)).href;

  it('that sends a bomb is stopped at the limit, which a flag raises', async () => {
    const bomb = pack();
    const zipped = bomb.pipe(createGzip());
    const chunks: Uint8Array[] = [];
    zipped.on('data', chunk => chunks.push(chunk as Uint8Array));
    const ended = new Promise(resolve => zipped.on('end', resolve));
    const entry = bomb.entry({ name: 'top/zeros', size: 2 ** 30 });
    const zeros = Buffer.alloc(2 ** 20);
    for (let at = 0; at < 20; at += 1) {
      if (!entry.write(zeros)) await new Promise<void>(resolve => entry.once('drain', () => resolve()));
    }
    bomb.destroy();
    zipped.end();
    await Promise.race([ended, new Promise(resolve => setTimeout(resolve, 2000))]);
    writeFileSync(join(folder, 'bomb.tar.gz'), Buffer.concat(chunks));
    const { message, hint, exitCode } = await failure(url('bomb.tar.gz'), { maxArchive: 1 / 64 });
    assert.match(message, /bomb\.tar\.gz unpacks to more than 0\.015625 GiB\.$/);
    assert.equal(hint, 'If this is the archive you mean, raise the limit: --max-archive 0.03125');
    assert.equal(exitCode, 1);
    // Below the limit: it is only cut short.
    assert.match((await failure(url('bomb.tar.gz'))).message, /is cut short/);
  });

  it('that sends a great many files is stopped at the limit', async () => {
    const tar = pack();
    tar.entry({ name: 'top', type: 'directory' });
    tar.finalize();
    const chunks: Uint8Array[] = [];
    for await (const chunk of tar) chunks.push(chunk as Uint8Array);
    const header = Buffer.concat(chunks).subarray(0, 512);
    async function* read(): AsyncGenerator<Uint8Array> {
      const many = Buffer.concat(Array.from({ length: 1000 }, () => header));
      for (let n = 0; n <= 250; n += 1) yield many;
    }
    const reading = narHashOfTar({ name: 'x', maxArchive: 1, read });
    await assert.rejects(reading, { message: 'x holds more than 250000 files and folders.' });
  });

  it('that sends a path 200,000 folders deep is refused by its length', async () => {
    const reading = narHashOfTar(withFile(`top/${'a/'.repeat(200_000)}b`));
    const { message } = await reading.catch((error: unknown) => error as Error).then(error => error as Error);
    assert.match(
      message,
      /^x holds a path of 400005 bytes \("top\/a\/.*"… \(400005 characters\)\); at most 4096 can be/,
    );
    assert.ok(message.length < 250);
  });

  it('that sends folders as deep as can be is read', async () => {
    assert.match((await narHashOfTar(withFile(`top/${'a/'.repeat(2040)}b`))).narHash, /^sha256-/);
  });

  /** An archive with one file. */
  function withFile(name: string): Archive {
    const tar = pack();
    // By a header of its own: the packer takes quadratic time for long names.
    tar.entry({ name: 'top/x', pax: { path: name } } as Parameters<typeof tar.entry>[0], 'text');
    tar.finalize();
    return { name: 'x', read: () => tar.pipe(new PassThrough()) };
  }

  it('is stopped within half a second', async () => {
    for (const path of ['/drip', '/302']) {
      const stop = new AbortController();
      const reading = narHashOfTar(archiveAt(`${web.url}${path}`, { signal: stop.signal })).catch(() => {});
      setTimeout(() => stop.abort(), 100);
      const started = performance.now();
      await reading;
      assert.ok(performance.now() - started < 600);
    }
  });
});

describe('netrc', () => {
  const text = `
# machine commented.example login no password no
machine a.example
  login me password one
macdef init
machine macro.example login no password no

machine b.example login you account x password two machine a.example login late password late
default login anybody password three
`;
  for (const [host, login, password] of [
    ['a.example', 'me', 'one'],
    ['A.EXAMPLE', 'me', 'one'],
    ['b.example', 'you', 'two'],
    ['macro.example', 'anybody', 'three'],
    ['commented.example', 'anybody', 'three'],
  ] as const) {
    it(`for ${host} has ${login}`, () => assert.deepEqual(loginIn(text, host), { login, password }));
  }

  it('need not have the host, nor be there', () => {
    assert.equal(loginIn('machine a.example login x password y', 'b.example'), undefined);
    assert.equal(loginIn('', 'b.example'), undefined);
    assert.equal(authorizationFor('https://h/x', { NETRC: '/nonexistent' }), undefined);
    assert.equal(authorizationFor('https://h/x', { HOME: '/nonexistent', NIX_CONF_DIR: '/nonexistent' }), undefined);
  });
});
