import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { freePort, listening } from './service.ts';

export interface Registry {
  /** Its host and port, as in the names of images. */
  readonly name: string;
  readonly server: ChildProcess;
}

/**
 * Starts Debian's registry of images on a free port of 127.0.0.1.
 * @param folder for its configuration and the images
 */
export async function startRegistry(folder: string): Promise<Registry> {
  const port = await freePort();
  mkdirSync(folder, { recursive: true });
  const settings = {
    version: '0.1',
    log: { level: 'error', accesslog: { disabled: true } },
    storage: { filesystem: { rootdirectory: `${folder}/images` } },
    http: { addr: `127.0.0.1:${port}` },
  };
  // JSON is YAML.
  writeFileSync(`${folder}/registry.yml`, JSON.stringify(settings));
  const server = spawn('/usr/bin/docker-registry', ['serve', `${folder}/registry.yml`], {
    detached: true,
    stdio: 'ignore',
    env: { OTEL_TRACES_EXPORTER: 'none' },
  });
  await listening(port);
  // Clients speak plain HTTP to this name.
  return { name: `localhost:${port}`, server };
}
