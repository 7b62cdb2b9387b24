import assert from 'node:assert/strict';
import { describe as described } from '../../src/commands/verify.ts';
import { command, scratch } from './process.ts';

describe('nix-python-container verify', () => {
  const folder = scratch();
  const nix = { rebuilt: ['hello-base.tar.gz', 'hello-base-oci'], unstable: [] };

  it('tells in lines what is the same', () => {
    assert.equal(
      described({ images: [{ label: '//image:image', digests: ['sha256:a', 'sha256:a'], differences: [] }], nix }),
      `     same  //image:image sha256:a
     same  the base image: Nix built its 2 derivations again
Reproducible: both builds gave the same image. Nix did not build the packages in it again.
`,
    );
  });

  it('tells what differs, where, and what usually causes it', () => {
    const file = { kind: 'content', layer: 28, path: 'app/build-info.txt', line: 2 } as const;
    const setting = { kind: 'setting', path: 'created', first: '"1"', second: '' } as const;
    const text = described({
      images: [
        {
          label: '//image:image',
          digests: ['sha256:a', 'sha256:b'],
          differences: Array.from({ length: 22 }, () => ({ ...file, first: 'Monday', second: 'Tuesday\u001b[2J' })),
        },
      ],
      nix: { ...nix, unstable: [{ derivation: 'hello-base.tar.gz', differences: [setting] }] },
    });
    const lines = text.split('\n');
    assert.equal(lines[0], '  differs  //image:image sha256:a sha256:b');
    assert.match(
      lines[1] as string,
      /^ {11}layer 28, app\/build-info\.txt, line 2: contents: Monday \/ Tuesday\\x1b\[2J$/,
    );
    assert.equal(lines[21], '           and 2 more');
    assert.equal(lines[22], '  differs  hello-base.tar.gz, which Nix built again');
    assert.equal(lines[23], '           created: configuration: "1" / (none)');
    assert.equal(lines[24], 'Not reproducible.');
    assert.match(text, /Set `created` in nix\/image\.nix/);
    assert.match(text, /the date, the host name/);
  });

  it('is for a project', async () => {
    const { code, stderr } = await command(['verify'], { cwd: folder });
    assert.equal(code, 2);
    assert.match(stderr, /project/);
  });
});
