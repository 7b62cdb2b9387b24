import assert from 'node:assert/strict';
import { answersWith } from '../answers.ts';
import { findRelease, pinOf, type Release } from '../../src/catalog/releases.ts';
import { endOf, judgeRelease, judgeVersionOf } from '../../src/doctor/end-of-life.ts';
import { judgeFiles, judgeMarkers } from '../../src/doctor/project-files.ts';
import { judgeWish } from '../../src/doctor/bazel-on-path.ts';
import { judgeBazelrc } from '../../src/doctor/bazelrc.ts';
import type { Finding } from '../../src/doctor/finding.ts';
import { judgePackages } from '../../src/doctor/project-packages.ts';
import { judgeFlake, judgeLock, judgeNix } from '../../src/doctor/flake-pin.ts';
import { type ProjectFacts, projectFacts } from '../../src/doctor/project-facts.ts';
import type { Availability } from '../../src/model/availability.ts';
import type { Pin } from '../../src/pin/pin.ts';
import { checkProject } from '../../src/model/project.ts';
import { render } from '../../src/render/render.ts';

const today = new Date('2026-11-23');
const day = (text: string): Date => new Date(`${text}T12:00:00Z`);

/** The facts of a project as it is generated, with some of its texts changed; undefined takes a file away. */
function facts(
  {
    nixpkgs = '26.05',
    python = '3.13',
    bazel = '8',
    pin = pinOf(findRelease(nixpkgs) as Release),
  }: {
    nixpkgs?: string;
    python?: string;
    bazel?: string;
    pin?: Pin;
  } = {},
  changes: Readonly<Record<string, ((text: string) => string) | undefined>> = {},
): ProjectFacts {
  const values = answersWith({ nixpkgs, python, packages: ['redis>=4'], bazel });
  const texts = new Map(render(checkProject({ answers: values, pin }, today).project, '0.0.0'));
  for (const [path, change] of Object.entries(changes)) {
    if (change) texts.set(path, change(texts.get(path) ?? ''));
    else texts.delete(path);
  }
  return projectFacts({ values, texts });
}

const told = (found: Finding | readonly Finding[]): string[] =>
  [found].flat().map(one => `${one.state}: ${one.message}`);
const states = (found: Finding | readonly Finding[]): string[] => [found].flat().map(({ state }) => state);

describe('what is said of a project', () => {
  describe('of its .bazelrc', () => {
    const judge = (change: (text: string) => string, bazel = '8', hasCompiler = true) =>
      judgeBazelrc(facts({ bazel, nixpkgs: '25.11' }, { '.bazelrc': change }), hasCompiler);
    const without = (line: RegExp) => (text: string) => text.replace(line, '');
    const strict = /^build --incompatible_strict_action_env\n/m;

    it('is nothing, however its lines are written', () => {
      for (const change of [
        (text: string) => text,
        (text: string) => text.replaceAll('\n', '\r\n'),
        (text: string) => text.replace(strict, 'common --incompatible_strict_action_env=true # for the cache\n'),
        (text: string) => text.replace(strict, 'build --jobs=2 \\\n  --incompatible_strict_action_env\n'),
        (text: string) => text.replace('--repo_env=CC=true', '--repo_env CC=/opt/cc'),
      ]) {
        assert.deepEqual(told(judge(change)), ['ok: .bazelrc has the lines that a build depends on']);
      }
    });

    it('is a line that is gone, in a comment, or taken back, with the command that adds it', () => {
      for (const change of [
        without(strict),
        (text: string) => text.replace(strict, '# build --incompatible_strict_action_env\n'),
        (text: string) => `${text}build --noincompatible_strict_action_env\n`,
      ]) {
        const [found, ...others] = judge(change);
        assert.deepEqual([found?.state, others], ['warning', []]);
        assert.equal(found?.fix, "echo 'build --incompatible_strict_action_env' >> .bazelrc");
      }
      const [cut] = judge(text => text.replace(strict, '').trimEnd());
      assert.equal(cut?.fix, "(echo; echo 'build --incompatible_strict_action_env') >> .bazelrc");
    });

    it('is no compiler, a failure only where there is none and shell.nix brings none', () => {
      const gone = without(/^.*CC=true\n/m);
      assert.deepEqual(states(judge(gone)), ['warning']);
      assert.deepEqual(states(judge(gone, '8', false)), ['failed']);
      const own = facts(
        {},
        { '.bazelrc': gone, 'shell.nix': text => text.replace('packages = [', 'packages = [ pkgs.gcc') },
      );
      assert.deepEqual(states(judgeBazelrc(own, false)), ['warning']);
    });

    it('goes by the Bazel, and by what the user has', () => {
      assert.deepEqual(states(judge(without(/^.*enable_workspace\n/m), '7')), ['warning']);
      const nine = facts({ bazel: '9' }, { '.bazelrc': without(strict) });
      assert.deepEqual(states(judgeBazelrc(nine, true)), ['ok']);
      const unread = without(/^try-import.*\n/m);
      assert.deepEqual(states(judge(unread)), ['ok']);
      const mine = facts({}, { '.bazelrc': unread, 'user.bazelrc': () => '' });
      assert.match(told(judgeBazelrc(mine, true))[0] ?? '', /warning: .*does not read your user\.bazelrc/);
    });
  });

  describe('of its pin', () => {
    it('is the release and the day, and its age where there is a newer one', () => {
      const of = (nixpkgs: string, python: string, bazel: string) =>
        told(judgeLock(facts({ nixpkgs, python, bazel }), today))[0];
      assert.match(
        of('26.05', '3.13', '8') ?? '',
        /^ok: flake\.lock pins nixpkgs 26\.05 at [0-9a-f]{12}, of 2026-\d\d-\d\d$/,
      );
      assert.match(of('23.11', '3.11', '6') ?? '', /^ok: /);
      const later = judgeLock(facts({ nixpkgs: 'nixos-unstable' }), day('2027-06-01'));
      assert.match(told(later)[0] ?? '', /^warning: .* nixos-unstable at .*: \d+ days without security fixes$/);
      assert.equal(later.fix, 'nix-python-container update --nixpkgs nixos-unstable');
    });

    it('is what this generator does not write, a failure only if nix/nixpkgs.nix stops at it', () => {
      const locked = (change: (locked: Record<string, unknown>) => object) =>
        judgeLock(
          facts(
            {},
            {
              'flake.lock': text => {
                const lock = JSON.parse(text);
                lock.nodes.nixpkgs.locked = change(lock.nodes.nixpkgs.locked);
                return JSON.stringify(lock);
              },
            },
          ),
          today,
        );
      assert.equal(locked(({ lastModified: _, ...rest }) => rest).state, 'warning');
      assert.equal(locked(({ narHash: _, ...rest }) => rest).state, 'failed');
      const path = locked(({ narHash }) => ({ type: 'path', path: '/nixpkgs', narHash }));
      assert.match(
        told(path)[0] ?? '',
        /^failed: flake\.lock pins nixpkgs as "path", which nix\/nixpkgs\.nix cannot fetch$/,
      );
      assert.equal(judgeLock(facts({}, { 'flake.lock': () => '<<<<<<< a' }), today).state, 'failed');
    });

    it('is whether flake.nix asks for the same', () => {
      const url = 'inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-26.05";';
      for (const [text, state] of [
        [url, 'ok'],
        ['inputs = { nixpkgs.url = "github:NixOS/nixpkgs/nixos-26.05"; };', 'ok'],
        ['inputs.nixpkgs = { url = "github:NixOS/nixpkgs/nixos-26.05"; };', 'ok'],
        [
          '# inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-25.11";\n  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-26.05";',
          'ok',
        ],
        ['inputs.nixpkgs.url = "github:NixOS/nixpkgs";', 'warning'],
        ['inputs.nixpkgs.url = "github:mine/nixpkgs/nixos-26.05";', 'warning'],
        ['', 'warning'],
      ] as const) {
        assert.deepEqual(
          states(judgeFlake(facts({}, { 'flake.nix': flake => flake.replace(url, text) }))),
          [state],
          text,
        );
      }
      assert.deepEqual(states(judgeFlake(facts({}, { 'flake.nix': undefined }))), ['warning']);
      const hash = 'sha256-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=';
      const tarball = { type: 'tarball', url: 'https://example.com/nixpkgs.tar.gz' } as const;
      const pin: Pin = { original: tarball, locked: { ...tarball, narHash: hash } };
      assert.deepEqual(states(judgeFlake(facts({ nixpkgs: tarball.url, pin }))), ['ok']);
    });

    it('is whether this Nix can read it', () => {
      const reads = (version: string | undefined, nixpkgs: string, python = '3.13', bazel = '8') =>
        states(judgeNix(facts({ nixpkgs, python, bazel }), version));
      assert.deepEqual(reads('2.8.0', '25.05', '3.12', '7'), ['ok']);
      assert.deepEqual(reads('2.8.0', '25.11'), ['failed']);
      assert.deepEqual(reads('2.8.0', 'nixos-unstable'), ['failed']);
      assert.deepEqual(reads('2.18.0', '26.05'), ['ok']);
      assert.deepEqual(reads(undefined, '26.05'), []);
    });
  });

  describe('of ends of life', () => {
    it('is a warning from sixty days before on, to the day', () => {
      const at = (text: string, end = '2026-12-31') => told(endOf('it', end, day(text)))[0];
      assert.equal(at('2026-11-01'), 'warning: it gets security fixes until 2026-12-31 only, 60 more days');
      assert.equal(at('2026-10-31'), 'ok: it gets security fixes until 2026-12-31');
      assert.equal(at('2026-12-30'), 'warning: it gets security fixes until 2026-12-31 only, one more day');
      assert.equal(
        at('2026-12-31', '2026-12'),
        'warning: it gets security fixes until 2026-12 only, today for the last time',
      );
      assert.equal(at('2027-01-01', '2026-12'), 'warning: it has been out of support since 2026-12');
    });

    it('is, for the newest release that is known, the one to come', () => {
      const [found] = [judgeRelease(facts(), today)].flat();
      assert.match(
        found?.message ?? '',
        /^nixpkgs 26\.05 gets security fixes until 2026-12-31 only, 38 more days; 26\.11 comes after it$/,
      );
      assert.equal(found?.fix, 'nix-python-container update --nixpkgs nixos-26.11');
      assert.deepEqual(states(judgeRelease(facts({ nixpkgs: 'nixos-unstable' }), day('2099-01-01'))), ['ok']);
    });

    it('is not known of a commit that the catalog has not', () => {
      const rev = '1'.repeat(40);
      const { locked } = pinOf(findRelease('26.05') as Release);
      const original = { type: 'github', owner: 'NixOS', repo: 'nixpkgs', rev } as const;
      const pin = { original, locked: { ...locked, rev } } as Pin;
      const [found] = [judgeRelease(facts({ nixpkgs: rev, pin }), today)].flat();
      assert.equal(found?.state, 'warning');
      assert.match(found?.message ?? '', /does not belong to a release that the catalog knows/);
      assert.equal(judgeLock(facts({ nixpkgs: rev, pin }), today).state, 'ok');
    });

    it('is a failure for a version that the release has not', () => {
      const python = facts({}, { 'pyproject.toml': text => text.replace('==3.13.*', '==3.9.*') });
      assert.deepEqual(told(judgeVersionOf('python', python, today)), ['failed: nixpkgs 26.05 has no Python 3.9']);
      const bazel = facts({}, { 'shell.nix': text => text.replace('bazel_8', 'bazel_5') });
      assert.deepEqual(told(judgeVersionOf('bazel', bazel, today)), ['failed: nixpkgs 26.05 has no Bazel 5']);
    });
  });

  describe('of its packages', () => {
    const held = (version: string) => ({ attribute: 'x', version, unaided: true });
    const all: Availability = new Map(['flask', 'gunicorn', 'pytest', 'redis'].map(name => [name, held('5.0')]));
    const judge = (availability?: Availability, change = (text: string) => text) =>
      judgePackages(facts({}, { 'pyproject.toml': change }), availability);

    it('is how many there are, and who says so', () => {
      assert.deepEqual(told(judge(all)), ['ok: The pinned nixpkgs (26.05) has all 4 packages of pyproject.toml']);
      assert.match(told(judge())[0] ?? '', /^ok: .* all 4 packages .*, as far as the catalog knows/);
    });

    it('is a failure where Nix is sure, a warning where the catalog guesses', () => {
      const [lacks] = judge(new Map([...all, ['redis', null]]));
      assert.deepEqual([lacks?.state, lacks?.fix], ['failed', 'nix-python-container remove redis']);
      const [misses] = judge(new Map([...all, ['redis', held('3.5.3')]]));
      assert.deepEqual([misses?.state, misses?.fix], ['failed', "nix-python-container add 'redis>=3.5.3'"]);
      assert.match(misses?.message ?? '', /has redis 3\.5\.3, not redis>=4\./);
      const [dev] = judge(new Map([...all, ['pytest', null]]));
      assert.equal(dev?.fix, 'nix-python-container remove --dev pytest');
      const unknown = (text: string) => text.replace('"flask"', '"flask", "nobody-knows-it"');
      assert.deepEqual(states(judge(undefined, unknown)), ['warning']);
      assert.deepEqual(states(judge(undefined, text => text.replace('"flask"', '"flask; os_name"'))), ['failed']);
    });
  });

  it('is a file that another names and is not there, or one that Bazel reads first', () => {
    assert.deepEqual(states(judgeFiles(facts({}, { 'README.md': undefined, '.envrc': undefined }))), ['ok']);
    const gone = judgeFiles(
      facts({}, { 'nix/image.nix': undefined, 'shell.nix': undefined, 'MODULE.bazel': undefined }),
    );
    assert.deepEqual(told(gone), [
      'failed: nix/image.nix, shell.nix cannot be read, but Nix and Bazel need them',
      'failed: Bazel 8 reads MODULE.bazel, which is not there',
    ]);
    const old = { nixpkgs: '23.11', python: '3.11', bazel: '6' };
    assert.deepEqual(states(judgeFiles(facts(old, { WORKSPACE: undefined, 'WORKSPACE.bazel': () => '' }))), ['ok']);
  });

  it('is what a merge has left, and no line that looks a little like it', () => {
    const judge = (text: string) => judgeMarkers(facts({}, { 'hello.py': before => before + text }));
    assert.equal(judge('# =======\nx = 1 <<<<<<< 2\n<<<<<<<<\n').state, 'ok');
    assert.equal(judge('>>>>>>> theirs\n').state, 'failed');
    assert.match(judge('<<<<<<<\r\n').message, /at hello\.py:\d+$/);
  });

  it('is a wish for another Bazel', () => {
    const wish = (version: string, variable?: string) =>
      judgeWish(facts({}, { '.bazelversion': () => version }), { USE_BAZEL_VERSION: variable }).map(({ fix }) => fix);
    assert.deepEqual(wish('8.4.1\n'), []);
    assert.deepEqual(wish('7.1.0\n'), ['rm .bazelversion']);
    assert.deepEqual(wish('8.4.1\n', '6.4.0'), ['unset USE_BAZEL_VERSION']);
  });
});
