import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';

// Runs in a process of its own: the archive is made up as it is read, 300 MB of it, a part of which has to wait.
const program = `
  import { readFileSync } from 'node:fs';
  import { narHashOfTar } from ${JSON.stringify(new URL('../../src/download/tar.js', import.meta.url).href)};
  const header = (name, size) => {
    const block = Buffer.alloc(512);
    block.write(name);
    block.write('0000644', 100);
    block.write(size.toString(8).padStart(11, '0'), 124);
    block.write('00000000000', 136);
    block.fill(' ', 148, 156);
    block.write('ustar\\x0000', 257);
    const sum = block.reduce((total, byte) => total + byte, 0);
    block.write(sum.toString(8).padStart(6, '0') + '\\0 ', 148);
    return block;
  };
  const bytes = Buffer.alloc(1 << 20, 'nixpkgs ');
  async function* read() {
    for (let at = 100; at < 300; at++) {
      yield header('top/' + at + '-x/default.nix', bytes.length);
      yield bytes;
    }
    for (let at = 0; at < 20_000; at++) {
      yield header('top/a/' + String(at).padStart(5, '0') + '-x.nix', 5120);
      yield bytes.subarray(0, 5120);
    }
    yield Buffer.alloc(1024);
  }
  await narHashOfTar({ name: 'made up', read });
  // Not resourceUsage(): that begins with what the parent had when it forked.
  console.log(/VmHWM:\\s*(\\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))[1]);
`;

describe('Hashing 300 MB', () => {
  it('takes no more memory than hashing little', function () {
    this.timeout(60_000);
    const kilobytes = Number(
      execFileSync(process.execPath, ['--input-type=module', '--eval', program], { encoding: 'utf8' }),
    );
    assert.ok(kilobytes < 150_000, `${kilobytes} kB`);
  });
});
