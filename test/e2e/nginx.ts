import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { onScalingPage } from './scaling-page.ts';
import { freePort, listening } from './service.ts';

export interface Nginx {
  /** Without a slash at the end. */
  url: string;
  server: ChildProcess;
}

/** Starts an HTTP cache for Bazel, as docs/scaling.md configures it; what it holds is in `entries` of the folder. */
export function startRemoteCache(folder: string): Promise<Nginx> {
  mkdirSync(`${folder}/entries`, { recursive: true, mode: 0o777 });
  return startNginx(folder, [
    onScalingPage('Remote cache', 'cache.conf').replace('/srv/bazel-cache', `${folder}/entries`),
  ]);
}

/**
 * Starts nginx on a free port of 127.0.0.1.
 * @param folder for its configuration and temporary files
 * @param lines of the server block
 */
export async function startNginx(folder: string, lines: readonly string[]): Promise<Nginx> {
  const port = await freePort();
  mkdirSync(`${folder}/temporary`, { recursive: true, mode: 0o777 });
  writeFileSync(
    `${folder}/nginx.conf`,
    `daemon off;
user root;
pid ${folder}/nginx.pid;
error_log ${folder}/error.log;
events {}
http {
  access_log off;
  client_body_temp_path ${folder}/temporary;
  types { text/html html; }
  server {
    listen 127.0.0.1:${port};
    ${lines.join('\n    ')}
  }
}
`,
  );
  const server = spawn('/usr/sbin/nginx', ['-c', `${folder}/nginx.conf`, '-e', `${folder}/error.log`], {
    detached: true,
  });
  await listening(port);
  return { url: `http://127.0.0.1:${port}`, server };
}
