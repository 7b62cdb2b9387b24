import assert from 'node:assert/strict';
import { hosts, hasWorkspace } from './host.ts';
import { type Project, projectIn } from './project.ts';

for (const host of hosts) {
  describe(`Clean files, Bazel ${host.bazel}`, () => {
    let project: Project;

    before('generate', () => {
      project = projectIn(host);
    });

    it('buildifier has no findings, with all warnings on', () => {
      const workspace = hasWorkspace(host) ? 'WORKSPACE' : 'MODULE.bazel';
      const rules = hasWorkspace(host) ? ['bazel/app.bzl'] : ['bazel/app.bzl', 'bazel/layer.bzl'];
      const builds = ['', 'bazel/', 'image/', 'nix/'].map(folder => `${folder}BUILD.bazel`);
      project.checkStarlark(workspace, ...builds, ...rules);
    });

    it('Nix parses every Nix file', async () => {
      await project.must('nix-instantiate --parse flake.nix shell.nix nix/*.nix >/dev/null');
    });

    it('Bazel and the flake have the same pin', async () => {
      const plain = await project.must('nix-instantiate --eval --expr "(import ./nix/nixpkgs.nix { }).lib.version"');
      const locked = await project.must('nix eval --no-update-lock-file path:.#devShells --apply builtins.attrNames');
      assert.match(plain, new RegExp(`"${host.release}`));
      assert.match(locked, /x86_64-linux/);
    });

    if (host.root) {
      it('ruff has no findings', async () => {
        await project.must('ruff check --no-cache . && ruff format --no-cache --check .');
      });
    }
  });
}
