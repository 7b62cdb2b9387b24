import assert from 'node:assert/strict';
import { hosts } from './host.ts';
import { type Project, projectIn } from './project.ts';

interface Mistake {
  what: string;
  file: string;
  piece: string | RegExp;
  by: string;
  target: string;
  says: RegExp;
}

const mistakes: readonly Mistake[] = [
  {
    what: 'a pip name that the pin lacks',
    file: 'pyproject.toml',
    piece: '"requests"',
    by: '"requests",\n    "left-pad"',
    target: '//:hello',
    says: /\[tool\.nixpkgs\.attributes\]:\s+left-pad \(tried left-pad and left_pad\)/,
  },
  {
    what: 'a version range that the pin does not meet',
    file: 'pyproject.toml',
    piece: '"requests"',
    by: '"requests >= 99"',
    target: '//:hello',
    says: /not this version: [^:]*:\s+requests >= 99 \(nixpkgs has [\d.]+\)/,
  },
  {
    what: 'a Python that the pin lacks',
    file: 'pyproject.toml',
    piece: /==3\.\d+\.\*/,
    by: '==3.99.*',
    target: '//:hello',
    says: /requires-python = "==3\.99\.\*" \(nixpkgs has no python399\)/,
  },
  {
    what: 'a wrong hash in flake.lock',
    file: 'flake.lock',
    piece: /sha256-[^"]{43}=/,
    by: 'sha256-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=',
    target: '//:hello',
    says: /hash mismatch/,
  },
  {
    what: 'a broken image expression',
    file: 'nix/image.nix',
    piece: 'contents = [\n    python',
    by: 'contents = [\n    pyhton',
    target: '//:hello_image',
    says: /undefined variable '?pyhton/,
  },
  {
    what: 'an attribute that the pin lacks',
    file: 'nix/image.nix',
    piece: 'contents = [\n    python',
    by: 'contents = [\n    pkgs.no-such-attribute\n    python',
    target: '//:hello_image',
    says: /attribute 'no-such-attribute' missing/,
  },
];

for (const host of hosts) {
  describe(`Errors reach the user, Bazel ${host.bazel}`, () => {
    let project: Project;

    before('generate', () => {
      project = projectIn(host);
    });

    for (const { what, file, piece, by, target, says } of mistakes) {
      it(what, async () => {
        const original = project.read(file);
        project.edit(file, piece, by);
        project.write('broken', project.read(file));
        project.write(file, original);
        // The mistake is made in an open shell: a new one would already stop at it.
        const { code, output } = await project.run(`nix-shell --run 'cp broken ${file}; bazel build ${target}'`);
        project.write(file, original);
        assert.equal(code, 1, output);
        assert.match(output, says);
      });
    }

    it('and the project builds again once the mistake is gone', async () => {
      await project.inShell('rm broken; bazel build //:hello');
    });
  });
}
