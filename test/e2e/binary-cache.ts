import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { hasWorkspace, type Host, work } from './host.ts';
import { startNginx } from './nginx.ts';
import { onScalingPage } from './scaling-page.ts';
import { stop } from './service.ts';

/** A binary cache of Nix at an address of 127.0.0.1, as docs/scaling.md makes and uses it. */
export interface BinaryCache {
  /** On its host. */
  readonly folder: string;
  /** Shell commands of the page: to make the keys, to fill the cache, and to fill a store from it without a project. */
  readonly makeKeys: string;
  readonly publish: string;
  readonly fetch: string;
  /**
   * The page's lines of nix.conf.
   * @param keyFile of the public key to trust
   * @param home where it is, by default that of the host
   */
  trusting(keyFile: string, home?: string): string;
  /** What is in it: for each path the file that describes it, as a path of this machine. */
  narinfos(): string[];
  stop(): Promise<void>;
}

/** Serves an empty one. The page's commands are for its folder, its address and this dialect. */
export async function startBinaryCache(host: Host): Promise<BinaryCache> {
  const folder = `${work}/binary-cache`;
  mkdirSync(host.root + folder);
  const { url, server } = await startNginx(`${work}/nginx-binary-cache-${host.bazel}`, [`root ${host.root}${folder};`]);
  const block = (section: string, start: string): string =>
    onScalingPage(section, start)
      .replaceAll('/srv/cache', folder)
      .replaceAll('https://cache.example.com', url)
      .replaceAll('project.image.oci', hasWorkspace(host) ? 'project.image.layers' : 'project.image.oci');
  return {
    folder,
    makeKeys: block('Binary cache', 'nix-store'),
    publish: block('Binary cache', 'nix-build'),
    fetch: block('Remote execution', 'curl'),
    trusting: (keyFile, home = `${work}/home`) =>
      block('Binary cache', 'nix.conf').replace(
        'cache.example.com-1:…',
        readFileSync(join(host.root, home, keyFile), 'utf8'),
      ),
    narinfos: () =>
      readdirSync(host.root + folder)
        .filter(name => name.endsWith('.narinfo'))
        .map(name => `${host.root}${folder}/${name}`),
    stop: () => stop(server),
  };
}
