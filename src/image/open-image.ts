import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, open, readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { extract } from 'tar-stream';
import type { Bytes } from './tar-entries.ts';

/** A container image on disk. */
export interface Image {
  /** The digest of its manifest; for an archive as Docker loads it, which has none, that of its configuration. */
  readonly digest: string;
  readonly config: object;
  readonly layers: readonly Layer[];
}

export interface Layer {
  /** The digest of its tar, whatever compresses it. */
  readonly digest: string;
  /** Its tar; undefined if it is compressed in a way that cannot be read. */
  readonly open: (() => Bytes) | undefined;
}

type Config = { readonly rootfs: { readonly diff_ids: readonly string[] } };

/**
 * Opens an image: the folder of an OCI layout, an archive as Docker loads it (also gzipped), a folder with that as `image`, or a folder
 * of its parts, `config.json` and the layers `000.tar`, `001.tar` ….
 * @param temporary an existing folder, in which archives are unpacked
 * @throws the system's error, or SyntaxError, for what is none of these
 */
export async function openImage(path: string, temporary: string): Promise<Image> {
  if (!(await stat(path)).isDirectory()) return openArchive(path, temporary);
  const contentOf = (name: string) => readFile(join(path, name), 'utf8').catch(() => undefined);
  const layout = await contentOf('index.json');
  if (layout !== undefined) return openLayout(path, layout);
  const config = await contentOf('config.json');
  return config === undefined ? openArchive(join(path, 'image'), temporary) : openParts(path, config);
}

interface Descriptor {
  readonly digest: string;
  readonly mediaType: string;
}

async function openLayout(path: string, index: string): Promise<Image> {
  const blob = ({ digest }: Descriptor): string => join(path, 'blobs', ...digest.split(':'));
  const read = async (descriptor: Descriptor): Promise<object> =>
    JSON.parse(await readFile(blob(descriptor), 'utf8')) as object;
  const [first] = (JSON.parse(index) as { readonly manifests: readonly Descriptor[] }).manifests;
  if (!first) throw new SyntaxError(`${path} has no image`);
  const manifest = (await read(first)) as { readonly config: Descriptor; readonly layers: readonly Descriptor[] };
  const config = (await read(manifest.config)) as Config;
  const layers = manifest.layers.map((layer, position) =>
    layerOf(blob(layer), config.rootfs.diff_ids[position] ?? layer.digest),
  );
  return { digest: first.digest, config, layers: await Promise.all(layers) };
}

async function openParts(path: string, text: string): Promise<Image> {
  const config = JSON.parse(text) as Config;
  const tars = (await readdir(path)).filter(name => name.endsWith('.tar')).sort();
  const layers = tars.map((name, position) => layerOf(join(path, name), config.rootfs.diff_ids[position] ?? ''));
  return { digest: digestOf(text), config, layers: await Promise.all(layers) };
}

const digestOf = (text: string): string => `sha256:${createHash('sha256').update(text).digest('hex')}`;

/** Unpacks an archive, whose files stand in any order, to where they can be read more than once. */
async function openArchive(path: string, temporary: string): Promise<Image> {
  const folder = await mkdtemp(join(temporary, 'image-'));
  const files = new Map<string, string>();
  const links = new Map<string, string>();
  const parser = extract();
  parser.on('entry', (header, contents, next) => {
    const file = join(folder, String(files.size));
    if (header.type === 'symlink') links.set(header.name, join(header.name, '..', header.linkname ?? ''));
    else files.set(header.name, file);
    pipeline(contents, createWriteStream(file)).then(() => next(), next);
  });
  await pipeline(opened(path, await compressionOf(path)) as Bytes, parser);
  const fileOf = (name: string): string => {
    const file = files.get(links.get(name) ?? name);
    if (file === undefined) throw new SyntaxError(`${path} is no image: it has no ${name}`);
    return file;
  };
  const [manifest] = JSON.parse(await readFile(fileOf('manifest.json'), 'utf8')) as {
    readonly Config: string;
    readonly Layers: readonly string[];
  }[];
  if (!manifest) throw new SyntaxError(`${path} has no image`);
  const text = await readFile(fileOf(manifest.Config), 'utf8');
  const config = JSON.parse(text) as Config;
  const layers = manifest.Layers.map((name, position) => layerOf(fileOf(name), config.rootfs.diff_ids[position] ?? ''));
  return { digest: digestOf(text), config, layers: await Promise.all(layers) };
}

async function layerOf(file: string, digest: string): Promise<Layer> {
  const compression = await compressionOf(file);
  return { digest, open: compression === 'other' ? undefined : () => opened(file, compression) as Bytes };
}

/** How a file is compressed, by its first bytes. */
async function compressionOf(file: string): Promise<'none' | 'gzip' | 'other'> {
  const handle = await open(file);
  try {
    const { buffer } = await handle.read(Buffer.alloc(4), 0, 4, 0);
    const magic = buffer.toString('hex');
    return magic.startsWith('1f8b') ? 'gzip' : magic === '28b52ffd' ? 'other' : 'none';
  } finally {
    await handle.close();
  }
}

/** The bytes of a file, decompressed. */
function opened(file: string, compression: 'none' | 'gzip' | 'other'): Bytes | undefined {
  if (compression === 'other') return undefined;
  const bytes = createReadStream(file);
  if (compression === 'none') return bytes;
  const gunzip = createGunzip();
  bytes.on('error', error => gunzip.destroy(error));
  return bytes.pipe(gunzip);
}
