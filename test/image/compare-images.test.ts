import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { type Header, pack } from 'tar-stream';
import { causesOf, compareImages, type Difference } from '../../src/image/compare-images.ts';
import { openImage } from '../../src/image/open-image.ts';
import { scratch } from '../commands/process.ts';

type File = readonly [header: Partial<Header> & { readonly name: string }, content?: string | Buffer];

async function tarOf(files: readonly File[]): Promise<Buffer> {
  const tar = pack();
  for (const [header, content = ''] of files) tar.entry({ mtime: new Date(0), ...header }, content);
  tar.finalize();
  const pieces: Uint8Array[] = [];
  for await (const piece of tar) pieces.push(piece as Uint8Array);
  return Buffer.concat(pieces);
}

const sha256 = (data: string | Buffer): string => createHash('sha256').update(data).digest('hex');

describe('two builds of an image', () => {
  const folder = scratch();
  let count = 0;

  interface Contents {
    readonly layers: readonly (readonly File[])[];
    readonly config?: object;
    readonly compress?: (tar: Buffer) => Buffer;
  }
  const fresh = (): string => join(folder, String((count += 1)));

  /** An OCI layout. */
  async function layout({ layers, config = {}, compress = gzipSync }: Contents): Promise<string> {
    const path = fresh();
    mkdirSync(join(path, 'blobs/sha256'), { recursive: true });
    const put = (data: string | Buffer): object => {
      writeFileSync(join(path, 'blobs/sha256', sha256(data)), data);
      return { mediaType: 'x', digest: `sha256:${sha256(data)}` };
    };
    const tars = await Promise.all(layers.map(tarOf));
    const diffs = tars.map(tar => `sha256:${sha256(tar)}`);
    const configured = put(JSON.stringify({ ...config, rootfs: { diff_ids: diffs } }));
    const manifest = put(JSON.stringify({ config: configured, layers: tars.map(tar => put(compress(tar))) }));
    writeFileSync(join(path, 'index.json'), JSON.stringify({ manifests: [manifest] }));
    return path;
  }

  /** An archive as Docker loads it, with its manifest at the end. */
  async function archive({ layers, config = {}, compress = tar => tar }: Contents): Promise<string> {
    const tars = await Promise.all(layers.map(tarOf));
    const text = JSON.stringify({ ...config, rootfs: { diff_ids: tars.map(tar => `sha256:${sha256(tar)}`) } });
    const files = tars.map((tar, index): File => [{ name: `${index}/layer.tar` }, tar]);
    const manifest = [{ Config: 'config.json', Layers: files.map(([{ name }]) => name) }];
    const path = fresh();
    const all: File[] = [
      ...files,
      [{ name: 'config.json' }, text],
      [{ name: 'manifest.json' }, JSON.stringify(manifest)],
    ];
    writeFileSync(path, compress(await tarOf(all)));
    return path;
  }

  /** A folder of the parts of an image. */
  async function parts({ layers, config = {} }: Contents): Promise<string> {
    const path = fresh();
    mkdirSync(path);
    const tars = await Promise.all(layers.map(tarOf));
    for (const [index, tar] of tars.entries()) writeFileSync(join(path, `00${index}.tar`), tar);
    const text = JSON.stringify({ ...config, rootfs: { diff_ids: tars.map(tar => `sha256:${sha256(tar)}`) } });
    writeFileSync(join(path, 'config.json'), text);
    return path;
  }

  const forms = { 'OCI layouts': layout, 'Docker archives': archive, 'folders of parts': parts };
  const compare = async (make: typeof layout, one: Contents, other: Contents): Promise<Difference[]> => {
    const [first, second] = await Promise.all([make(one), make(other)]);
    return compareImages(await openImage(first, folder), await openImage(second, folder));
  };

  const app: File = [{ name: 'app/hello.py' }, 'print(1)\n'];

  for (const [form, make] of Object.entries(forms)) {
    it(`are the same: ${form}`, async () => {
      const same = { layers: [[app]], config: { created: 'then' } };
      const [first, second] = await Promise.all([make(same), make(same)]);
      assert.deepEqual(await compareImages(await openImage(first, folder), await openImage(second, folder)), []);
      assert.equal((await openImage(first, folder)).layers.length, 1);
    });

    it(`differ in the contents of a file: ${form}`, async () => {
      const stamped = (date: string): Contents => ({
        layers: [[app], [app, [{ name: './app/build-info.txt' }, `name: hello\ndate: ${date}\nend\n`]]],
      });
      assert.deepEqual(await compare(make, stamped('Monday'), stamped('Tuesday!')), [
        {
          ...{ kind: 'content', layer: 2, path: 'app/build-info.txt', line: 2 },
          ...{ first: 'date: Monday', second: 'date: Tuesday!' },
        },
      ]);
    });
  }

  it('differ in what is known of a file, each by its name', async () => {
    const one: File[] = [
      [{ name: 'a', mode: 0o644 }, 'x'],
      [{ name: 'b', mtime: new Date(0) }, 'x'],
      [{ name: 'c', uid: 0 }, 'x'],
      [{ name: 'd' }, 'x'],
      [{ name: 'e', type: 'symlink', linkname: 'a' }],
      [{ name: 'f' }, Buffer.from([0, 1])],
    ];
    const other: File[] = [
      [{ name: 'a', mode: 0o600 }, 'x'],
      [{ name: 'b', mtime: new Date(86_400_000) }, 'x'],
      [{ name: 'c', uid: 1000 }, 'x'],
      [{ name: 'e', type: 'symlink', linkname: 'b' }],
      [{ name: 'f' }, Buffer.from([0, 1, 2])],
      [{ name: 'g', type: 'directory' }],
    ];
    const found = await compare(layout, { layers: [one] }, { layers: [other] });
    assert.deepEqual(
      found.map(({ path, kind, first, second }) => [path, kind, first, second]),
      [
        ['a', 'mode', '0644', '0600'],
        ['b', 'time', '1970-01-01T00:00:00.000Z', '1970-01-02T00:00:00.000Z'],
        ['c', 'owner', '0:0', '1000:0'],
        ['d', 'missing', 'file', ''],
        ['e', 'target', 'a', 'b'],
        ['f', 'content', '2 bytes', '3 bytes'],
        ['g', 'missing', '', 'directory'],
      ],
    );
    assert.equal(causesOf(found).length, 4, 'time, contents, missing files, permissions');
  });

  it('differ in the configuration, the number of layers, the order of files, or only in compression', async () => {
    const found = async (one: Contents, other: Contents) =>
      (await compare(layout, one, other)).map(({ kind, path, first, second }) => [kind, path, first, second]);
    const config = (created: string, env: string[]) => ({ created, history: [created], config: { Env: env } });
    assert.deepEqual(
      await found({ layers: [], config: config('1', ['A=1']) }, { layers: [], config: config('2', []) }),
      [
        ['setting', 'created', '"1"', '"2"'],
        ['setting', 'config.Env.0', '"A=1"', ''],
      ],
    );
    assert.deepEqual(await found({ layers: [[app]] }, { layers: [] }), [['layers', undefined, '1', '0']]);
    const more: File = [{ name: 'z' }, ''];
    assert.deepEqual(await found({ layers: [[app, more]] }, { layers: [[more, app]] }), [
      ['order', undefined, 'app/hello.py', 'z'],
    ]);
    const [[kind] = []] = await found(
      { layers: [[app]] },
      { layers: [[app]], compress: tar => gzipSync(tar, { level: 1 }) },
    );
    assert.equal(kind, 'compression');
    const zstd = (tar: Buffer): Buffer => Buffer.concat([Buffer.from('28b52ffd', 'hex'), tar]);
    const [[unread] = []] = await found({ layers: [[app]], compress: zstd }, { layers: [[more]], compress: zstd });
    assert.equal(unread, 'unreadable');
  });

  it('are read from a gzipped archive, and from a folder with one', async () => {
    const packed = await archive({ layers: [[app]], compress: gzipSync });
    const plain = await archive({ layers: [[app]] });
    const inFolder = fresh();
    mkdirSync(inFolder);
    writeFileSync(join(inFolder, 'image'), await tarOf([]));
    assert.equal((await openImage(packed, folder)).digest, (await openImage(plain, folder)).digest);
    await assert.rejects(openImage(inFolder, folder), /is no image: it has no manifest\.json/);
  });
});
