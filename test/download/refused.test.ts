import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gunzipSync, gzipSync } from 'node:zlib';
import { failure, noise, read } from './reading.ts';
import { withEnvironment } from './server.ts';
import { pack, scratch, unusual, writeTree } from './trees.ts';

describe('An archive Nix could not use', () => {
  const { path: folder, remove } = scratch();
  const file = (name: string): string => join(folder, name);
  const url = (name: string): string => pathToFileURL(file(name)).href;
  let gzip: Buffer;

  before(() => {
    writeTree(file('top'), { ...unusual, 'noise.bin': { x: noise(300_000) } });
    pack(file('a.tar'), file('top'), ['--format=gnu', '--sort=name']);
    gzip = gzipSync(readFileSync(file('a.tar')));
  });
  after(remove);

  const contents: Record<string, [() => Buffer, RegExp]> = {
    'two-tops': [() => packed(['top/foo', 'other/x']), /more than one top folder \("top" and "other"\)/],
    'no-top': [() => packed(['top/foo-file'], '--transform=s,.*/,,'), /outside of any folder/],
    escaping: [() => packed(['top/foo'], '--transform=s,top/,top/../../,', '-P'), /would end up outside/],
    absolute: [() => packed(['top/foo'], '--transform=s,^,/,', '-P'), /would end up outside/],
    fifo: [() => packed(['top', 'pipe'], '--transform=s,^pipe,top/pipe,'), /"top\/pipe", which is neither/],
    clash: [
      () => packed(['top/foo-file', 'top/lib/.version'], '--transform=s,top/lib/,top/foo-file/,'),
      /both as a folder and as something else/,
    ],
    'link-to-nothing': [
      () => packed(['top/hard-a', 'top/hard-b'], '--transform=s,top/hard-a,top/z,RSh'),
      /as a link to "top\/z"/,
    ],
    zstd: [() => Buffer.from('28b52ffd00000000', 'hex'), /is compressed with zstd; supported are/],
    bzip2: [() => Buffer.from('BZh91AY'), /is compressed with bzip2/],
    zip: [() => Buffer.from('PK\x03\x04abc'), /is a zip archive/],
    'cut-tar': [() => gunzipSync(gzip).subarray(0, 100_000), /is cut short/],
    'no-end': [() => gunzipSync(gzip).subarray(0, 512), /the end of the archive is missing/],
    'damaged-gzip': [
      () => Buffer.concat([gzip.subarray(0, 5000), Buffer.alloc(500, 7), gzip.subarray(5500)]),
      /damaged/,
    ],
    zeros: [() => Buffer.alloc(10240), /holds no files/],
  };
  const packed = (names: string[], ...flags: string[]): Buffer =>
    execFileSync('tar', ['-c', '-C', folder, '--no-recursion', ...flags, ...names], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
  before(() => {
    writeTree(folder, { 'top/foo-file': 'x', 'top/hard-a': 'x', 'top/hard-b': { hard: 'top/hard-a' }, 'other/x': 'x' });
    execFileSync('mkfifo', [file('pipe')]);
  });
  for (const [name, [make, pattern]] of Object.entries(contents)) {
    it(`is refused: ${name}`, async () => {
      writeFileSync(file(name), make());
      const { message, exitCode } = await failure(url(name));
      assert.match(message, pattern);
      assert.equal(exitCode, 1);
    });
  }

  it('leaves no temporary file, whether it succeeds, fails or is stopped', async () => {
    const temporary = file('tmp');
    mkdirSync(temporary);
    writeTree(file('waiting'), { 'data.bin': 'x'.repeat(20_000_000), 'data-y': 'y' });
    pack(file('waiting.tar'), file('waiting'), ['--sort=name']);
    const whole = readFileSync(file('waiting.tar'));
    writeFileSync(file('half.tar'), whole.subarray(0, 15_000_000));
    await withEnvironment({ TMPDIR: temporary }, async () => {
      await read(url('waiting.tar'));
      await failure(url('half.tar'));
      const stop = new AbortController();
      await failure(url('waiting.tar'), {
        signal: stop.signal,
        onProgress: received => received > 10_000_000 && stop.abort(),
      });
    });
    assert.deepEqual(readdirSync(temporary), []);
    await withEnvironment({ TMPDIR: file('nowhere') }, async () => {
      assert.match((await failure(url('waiting.tar'))).message, /No temporary file could be written in .*nowhere/);
    });
  });
});
