import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';

/** An HTTP server on this machine. It drops what is still open when it is closed. `onConnect` is for what asks it for a tunnel. */
export async function serve(
  listener: RequestListener,
  onConnect?: (socket: Duplex) => void,
): Promise<{ readonly url: string; close(): Promise<void> }> {
  const server: Server = createServer(listener).listen(0, '127.0.0.1');
  const tunnels = new Set<Duplex>();
  server.on('connect', (_, socket) => {
    tunnels.add(socket);
    onConnect?.(socket);
  });
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.closeAllConnections();
      for (const socket of tunnels) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Runs `action` with these environment variables; undefined unsets one. */
export async function withEnvironment<T>(
  variables: Readonly<Record<string, string | undefined>>,
  action: () => Promise<T>,
): Promise<T> {
  const before = Object.fromEntries(Object.keys(variables).map(name => [name, process.env[name]]));
  const apply = (values: Readonly<Record<string, string | undefined>>): void => {
    for (const [name, value] of Object.entries(values)) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  };
  apply(variables);
  try {
    return await action();
  } finally {
    apply(before);
  }
}
