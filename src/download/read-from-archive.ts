import { pipeline } from 'node:stream/promises';
import { extract } from 'tar-stream';
import { archiveAt } from './archive.ts';

/**
 * Reads the first file of a tar archive that has one of these paths, and no further than it has to.
 * @param url of the archive, a file: URL
 * @param paths below the top folder, all in `folder`, of which archives keep the entries together
 * @param maxLength in bytes: a longer file counts as missing
 * @returns its path and text; undefined if there is none
 * @throws Failure as `archiveAt`, or the error of the parser
 */
export async function readFromArchive(
  url: string,
  {
    folder,
    paths,
    maxLength,
  }: { readonly folder: string; readonly paths: readonly string[]; readonly maxLength: number },
  signal?: AbortSignal,
): Promise<{ readonly path: string; readonly text: string } | undefined> {
  const parser = extract();
  // An error of the archive destroys the parser with it, so that the loop below throws it.
  const feeding = pipeline(archiveAt(url, { signal }).read(), parser).catch(() => {});
  let entered = false;
  try {
    for await (const entry of parser) {
      const [, ...parts] = entry.header.name.replace(/^\.\//, '').split('/');
      const path = parts.join('/');
      const isInside = path.startsWith(`${folder}/`);
      if (entered && !isInside) return undefined;
      entered ||= isInside;
      if (entry.header.type === 'file' && paths.includes(path) && (entry.header.size ?? 0) <= maxLength) {
        const chunks: Uint8Array[] = [];
        for await (const chunk of entry) chunks.push(chunk as Uint8Array);
        return { path, text: Buffer.concat(chunks).toString('utf8') };
      }
      entry.resume();
    }
    return undefined;
  } finally {
    parser.destroy();
    await feeding;
  }
}
