import assert from 'node:assert/strict';
import { findRelease, pinOf } from '../../src/catalog/releases.ts';
import { flakeLockOf } from '../../src/pin/flake-lock.ts';
import { mergers, versionIn } from '../../src/plan/merge-files.ts';

const merged = (path: string, base: string | undefined, yours: string, generated: string) =>
  mergers[path]?.({ base, yours, generated });

describe('the merge of', () => {
  describe('pyproject.toml', () => {
    const text = (python: string, more = ''): string => `a = 1\nrequires-python = "==${python}.*"\n${more}`;

    it('sets the Python that is asked for, whatever was there', () => {
      assert.deepEqual(merged('pyproject.toml', text('3.11'), text('3.12', 'mine\n'), text('3.13')), {
        text: text('3.13', 'mine\n'),
        conflicts: 0,
      });
    });
    it('does so without a base, and in both with what is generated', () => {
      assert.deepEqual(merged('pyproject.toml', undefined, text('3.12'), text('3.13')), {
        text: text('3.13'),
        conflicts: 0,
      });
    });
    it('merges by line where the version is written in another way', () => {
      const yours = text('3.12').replace('"==3.12.*"', '">=3.12"');
      assert.deepEqual(merged('pyproject.toml', text('3.12'), yours, `new\n${text('3.12')}`), {
        text: `new\n${yours}`,
        conflicts: 0,
      });
      const other = merged('pyproject.toml', text('3.12'), yours, text('3.13'));
      assert.equal(other?.conflicts, 1);
      assert.match(other.text, /^={7}\nrequires-python = "==3\.13\.\*"\n>{7} /m);
      const none = merged('pyproject.toml', text('3.12'), text('3.12', 'mine\n'), 'a = 1\n');
      assert.equal(none?.conflicts, 1);
      assert.match(none.text, /^<{7} yours\nrequires-python = "==3\.12\.\*"\nmine\n={7}\n>{7} /m);
    });
    it('counts the conflicts elsewhere', () => {
      const { conflicts, text: result } =
        merged('pyproject.toml', text('3.12', 'b\n'), text('3.12', 'c\n'), text('3.13', 'd\n')) ?? {};
      assert.equal(conflicts, 1);
      assert.match(result ?? '', /^a = 1\nrequires-python = "==3\.13\.\*"\n<{7} yours\nc\n/);
    });
  });

  it('shell.nix sets the Bazel that is asked for', () => {
    const shell = (bazel: string): string => `# not bazel_1\n  pkgs.bazel_${bazel}\n`;
    assert.deepEqual(merged('shell.nix', shell('6'), `${shell('7')}mine\n`, shell('8')), {
      text: `${shell('8')}mine\n`,
      conflicts: 0,
    });
  });

  it('.yo-rc.json replaces the key of this generator, whatever else differs', () => {
    const ours = (version: string): string => `{"generator-nix-python-container": {"version": "${version}"}}`;
    const result = merged(
      '.yo-rc.json',
      undefined,
      '{"other": 1, "generator-nix-python-container": {}}',
      ours('2.0.0'),
    );
    assert.equal(result?.conflicts, 0);
    assert.deepEqual(JSON.parse(result.text), { other: 1, ...(JSON.parse(ours('2.0.0')) as object) });
  });

  describe('flake.lock', () => {
    const lock = (release: string): string => {
      const found = findRelease(release);
      assert.ok(found);
      return `${JSON.stringify(flakeLockOf(pinOf(found)), undefined, 2)}\n`;
    };
    const withInput = lock('25.11').replace('"root": {', '"mine": {\n      "locked": {}\n    },\n    "root": {');
    const foreign = withInput.replaceAll('"github"', '"gitlab"');

    it('replaces the pin of nixpkgs and keeps other inputs', () => {
      const { text, conflicts } = merged('flake.lock', lock('25.11'), withInput, lock('26.05')) ?? {};
      assert.equal(conflicts, 0);
      assert.deepEqual(
        JSON.parse(text ?? ''),
        JSON.parse(
          withInput.replace(
            /[^]*?"root": \{/,
            lock('26.05').replace(/"root": \{[^]*/, '') + '"mine": {"locked": {}}, "root": {',
          ),
        ),
      );
    });
    it('replaces a pin of another kind only if another is asked for', () => {
      assert.deepEqual(merged('flake.lock', lock('25.11'), foreign, lock('25.11')), { text: foreign, conflicts: 0 });
      assert.match(merged('flake.lock', lock('25.11'), foreign, lock('26.05'))?.text ?? '', /"nixos-26\.05"/);
    });
    it('replaces a pin that somebody moved, also if none is asked for', () => {
      assert.match(merged('flake.lock', lock('26.05'), lock('25.11'), lock('26.05'))?.text ?? '', /"nixos-26\.05"/);
    });
  });
});

describe('versionIn', () => {
  for (const [path, text, version] of [
    ['pyproject.toml', 'requires-python = "==3.13.*"', '3.13'],
    ['pyproject.toml', "[project]\n\trequires-python='==3.9.*'\n", '3.9'],
    ['pyproject.toml', 'requires-python\t=\t"==3.13.*"', '3.13'],
    ['pyproject.toml', '# requires-python = "==3.13.*"', undefined],
    ['pyproject.toml', 'x-requires-python = "==3.13.*"', undefined],
    ['pyproject.toml', 'requires-python = ">=3.13"', undefined],
    ['pyproject.toml', 'requires-python = "==3.13.1"', undefined],
    ['shell.nix', '    pkgs.bazel_8\n', '8'],
    ['shell.nix', 'with pkgs; [ bazel_10 ]', '10'],
    ['shell.nix', '# pkgs.bazel_7', undefined],
    ['shell.nix', 'pkgs.mybazel_7', undefined],
    ['shell.nix', 'pkgs.bazel_7_4', undefined],
    ['shell.nix', 'pkgs.bazel', undefined],
  ] as const) {
    it(`${JSON.stringify(text)} of ${path}: ${version}`, () => assert.equal(versionIn(path, text), version));
  }
});
