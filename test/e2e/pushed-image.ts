import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { createGunzip } from 'node:zlib';
import { extract } from 'tar-stream';
import type { Project } from './project.ts';

interface Descriptor {
  readonly digest: string;
  readonly mediaType: string;
}

const kinds = [
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
];

async function get(url: string): Promise<Response> {
  const response = await fetch(url, { headers: { accept: kinds.join(', ') } });
  assert.equal(response.status, 200, url);
  return response;
}

/** A manifest or index in a registry. */
export const manifestOf = async <Manifest>(image: string, reference: string): Promise<Manifest> => {
  const [registry, ...name] = image.split('/');
  return (await (await get(`http://${registry}/v2/${name.join('/')}/manifests/${reference}`)).json()) as Manifest;
};

/** The content of a blob in a registry. */
export const blobOf = (image: string, digest: string): Promise<Response> => {
  const [registry, ...name] = image.split('/');
  return get(`http://${registry}/v2/${name.join('/')}/blobs/${digest}`);
};

/** A Python package that is installed in an image: the name of its store path, and what its metadata says. */
export interface Installed {
  readonly path: string;
  readonly name: string;
  readonly version: string;
}

/** What the layers of an image in a registry hold: the names of its store paths, and its Python packages. */
export async function contentsOf(
  image: string,
  reference: string,
): Promise<{ paths: Set<string>; installed: Installed[] }> {
  const paths = new Set<string>();
  const installed: Installed[] = [];
  const { layers } = await manifestOf<{ layers: readonly Descriptor[] }>(image, reference);
  for (const { digest, mediaType } of layers) {
    const unpacking = extract();
    const body = (await blobOf(image, digest)).body as ReadableStream<Uint8Array>;
    const packed = Readable.fromWeb(body as never);
    // The layer of the app may be a tar as it is.
    (mediaType.endsWith('gzip') ? packed.pipe(createGunzip()) : packed).pipe(unpacking);
    for await (const entry of unpacking) {
      const { name, type } = entry.header;
      const path = /^(?:\.?\/)?nix\/store\/([^/]+)/.exec(name)?.[1];
      if (path) paths.add(path);
      const isMetadata = /\.dist-info\/METADATA$|\.egg-info(\/PKG-INFO)?$/.test(name);
      if (!isMetadata || type !== 'file') {
        entry.resume();
        continue;
      }
      const said = await text(entry);
      const field = (key: string): string => new RegExp(`^${key}: (.*)$`, 'm').exec(said)?.[1]?.trim() ?? '';
      installed.push({ path: path ?? name, name: field('Name'), version: field('Version') });
    }
  }
  return { paths, installed };
}

/** The texts of the files that oras finds attached to an image in a registry, of one kind. */
export async function attachedTo(project: Project, image: string, digest: string, kind: string): Promise<string[]> {
  const found = await project.must(
    `/usr/local/bin/oras discover --format json --artifact-type ${kind} ${image}@${digest}`,
  );
  const { referrers } = JSON.parse(found) as { referrers: { digest: string }[] };
  return Promise.all(
    referrers.map(async referrer => {
      const manifest = await manifestOf<{ layers: { digest: string }[] }>(image, referrer.digest);
      return (await blobOf(image, manifest.layers[0]?.digest as string)).text();
    }),
  );
}
