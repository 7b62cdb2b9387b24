import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { createServer as createTcpServer } from 'node:net';
import { fileURLToPath } from 'node:url';

const script = fileURLToPath(new URL('../../../generators/app/templates/nix/healthcheck.py.ejs', import.meta.url));

describe('nix/healthcheck.py of a project', () => {
  let server: Server;
  let port: number;

  before(async () => {
    server = createServer(({ url }, response) => {
      response.writeHead(url === '/old' ? 302 : url === '/health?full' ? 200 : 404, { location: '/nowhere' }).end();
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    port = (server.address() as { port: number }).port;
  });
  after(() => server.close());

  const check = async (path: string, at = port): Promise<{ code: number; stderr: string }> => {
    // No proxy is asked for an address of this machine.
    const env = { PATH: process.env.PATH, PORT: `${at}`, HEALTH_PATH: path, http_proxy: 'http://127.0.0.1:9' };
    const child = spawn('python3', [script], { env, stdio: ['ignore', 'ignore', 'pipe'] });
    let stderr = '';
    child.stderr.on('data', data => (stderr += data));
    const [code] = await once(child, 'close');
    return { code, stderr: stderr.trim() };
  };

  it('passes for a page, and for a redirection, as probes of Kubernetes do', async () => {
    assert.deepEqual(await check('/health?full'), { code: 0, stderr: '' });
    assert.deepEqual(await check('/old'), { code: 0, stderr: '' });
  });

  it('fails for an error, for a service that does not listen, and for one that hangs up', async () => {
    assert.deepEqual(await check('/'), { code: 1, stderr: '/: 404' });
    const silent = createTcpServer(socket => socket.resume().end('no HTTP\n')).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port: silentPort } = silent.address() as { port: number };
    const { code, stderr } = await check('/', silentPort);
    assert.equal(code, 1);
    assert.match(stderr, /^\/: BadStatusLine/);
    silent.close();
    await once(silent, 'close');
    const refused = await check('/', silentPort);
    assert.equal(refused.code, 1);
    assert.match(refused.stderr, /^\/: ConnectionRefusedError/);
  });
});
