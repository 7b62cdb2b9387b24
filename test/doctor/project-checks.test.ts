import assert from 'node:assert/strict';
import { answersWith } from '../answers.ts';
import { findRelease, pinOf, type Release, releases } from '../../src/catalog/releases.ts';
import { assessEndOfLife, assessRelease, assessVersion } from '../../src/doctor/end-of-life.ts';
import { assessFiles, assessMarkers } from '../../src/doctor/project-files.ts';
import { assessBazelVersion } from '../../src/doctor/bazel-on-path.ts';
import { assessBazelrc } from '../../src/doctor/bazelrc.ts';
import type { Finding } from '../../src/doctor/finding.ts';
import { assessPackages } from '../../src/doctor/project-packages.ts';
import { assessFlake, assessLock } from '../../src/doctor/flake-pin.ts';
import { type ProjectFacts, projectFacts } from '../../src/doctor/project-facts.ts';
import type { Availability, NixpkgsPackage } from '../../src/model/availability.ts';
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
  const texts = new Map(render(checkProject({ answers: values, pin }).project, '0.0.0'));
  for (const [path, change] of Object.entries(changes)) {
    if (change) texts.set(path, change(texts.get(path) ?? ''));
    else texts.delete(path);
  }
  return projectFacts({ values, texts });
}

const messagesOf = (found: Finding | readonly Finding[]): string[] =>
  [found].flat().map(one => `${one.state}: ${one.message}`);
const states = (found: Finding | readonly Finding[]): string[] => [found].flat().map(({ state }) => state);

describe('the checks of a project', () => {
  describe('of .bazelrc', () => {
    const assess = (change: (text: string) => string, bazel = '8', hasCompiler = true) =>
      assessBazelrc(facts({ bazel, nixpkgs: '25.11' }, { '.bazelrc': change }), hasCompiler);
    const without = (line: RegExp) => (text: string) => text.replace(line, '');
    const strict = /^build --incompatible_strict_action_env\n/m;

    it('accept its lines in whatever form', () => {
      for (const change of [
        (text: string) => text,
        (text: string) => text.replaceAll('\n', '\r\n'),
        (text: string) => text.replace(strict, 'common --incompatible_strict_action_env=true # for the cache\n'),
        (text: string) => text.replace(strict, 'build --jobs=2 \\\n  --incompatible_strict_action_env\n'),
        (text: string) => text.replace('--repo_env=CC=true', '--repo_env CC=/opt/cc'),
      ]) {
        assert.deepEqual(messagesOf(assess(change)), ['ok: .bazelrc has the lines that the build depends on']);
      }
    });

    it('warn of a line that is missing, commented out or revoked, with the command that adds it', () => {
      for (const change of [
        without(strict),
        (text: string) => text.replace(strict, '# build --incompatible_strict_action_env\n'),
        (text: string) => `${text}build --noincompatible_strict_action_env\n`,
      ]) {
        const [found, ...others] = assess(change);
        assert.deepEqual([found?.state, others], ['warning', []]);
        assert.equal(found?.fix, "echo 'build --incompatible_strict_action_env' >> .bazelrc");
      }
      const [cut] = assess(text => text.replace(strict, '').trimEnd());
      assert.equal(cut?.fix, "(echo; echo 'build --incompatible_strict_action_env') >> .bazelrc");
    });

    it('fail without CC=true only where there is no compiler, not even from shell.nix', () => {
      const gone = without(/^.*CC=true\n/m);
      assert.deepEqual(states(assess(gone)), ['warning']);
      assert.deepEqual(states(assess(gone, '8', false)), ['failed']);
      const own = facts(
        {},
        { '.bazelrc': gone, 'shell.nix': text => text.replace('packages = [', 'packages = [ pkgs.gcc') },
      );
      assert.deepEqual(states(assessBazelrc(own, false)), ['warning']);
    });

    it('accept a compiler of your own instead of CC=true, and nothing else', () => {
      const by = (option: string) => states(assess(text => text.replace('--repo_env=CC=true', option)));
      assert.deepEqual(by('--repo_env=CC=gcc'), ['ok']);
      for (const option of [
        '--repo_env=BAZEL_DO_NOT_DETECT_CPP_TOOLCHAIN=1',
        '--action_env=BAZEL_DO_NOT_DETECT_CPP_TOOLCHAIN=1',
        '--action_env=CC=true',
        '--repo_env=CC=',
        '--repo_env=CCACHE=true',
      ]) {
        assert.deepEqual(by(option), ['warning'], option);
      }
    });

    it('depend on the Bazel, and on whether there is a user.bazelrc', () => {
      assert.deepEqual(states(assess(without(/^.*enable_workspace\n/m), '7')), ['warning']);
      const nine = facts({ bazel: '9' }, { '.bazelrc': without(strict) });
      assert.deepEqual(states(assessBazelrc(nine, true)), ['ok']);
      const unread = without(/^try-import.*\n/m);
      assert.deepEqual(states(assess(unread)), ['ok']);
      const mine = facts({}, { '.bazelrc': unread, 'user.bazelrc': () => '' });
      assert.match(messagesOf(assessBazelrc(mine, true))[0] ?? '', /warning: .*does not read your user\.bazelrc/);
    });
  });

  describe('of the pin', () => {
    it('name the release and the day, and the age if there is a newer one', () => {
      const of = (nixpkgs: string, python: string, bazel: string) =>
        messagesOf(assessLock(facts({ nixpkgs, python, bazel }), today))[0];
      assert.match(
        of('26.05', '3.13', '8') ?? '',
        /^ok: flake\.lock pins nixpkgs 26\.05 at [0-9a-f]{12} of 2026-\d\d-\d\d$/,
      );
      assert.match(of('23.11', '3.11', '6') ?? '', /^ok: /);
      const later = assessLock(facts({ nixpkgs: 'nixos-unstable' }), day('2027-06-01'));
      assert.match(messagesOf(later)[0] ?? '', /^warning: .* nixos-unstable at .*: \d+ days without security fixes$/);
      assert.equal(later.fix, 'nix-python-container update --nixpkgs nixos-unstable');
    });

    it('accept a pin that this generator does not write, and fail if nix/nixpkgs.nix cannot fetch it', () => {
      const locked = (change: (locked: Record<string, unknown>) => object) =>
        assessLock(
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
      const undated = locked(({ lastModified: _, ...rest }) => rest);
      assert.match(messagesOf(undated)[0] ?? '', /^ok: flake\.lock takes nixpkgs from github\.com\/NixOS\/nixpkgs: /);
      assert.equal(undated.fix, undefined, 'not to be replaced');
      assert.equal(locked(({ narHash: _, ...rest }) => rest).state, 'failed');
      const mercurial = locked(({ narHash }) => ({ type: 'hg', url: 'https://h.example.org', narHash }));
      assert.match(
        messagesOf(mercurial)[0] ?? '',
        /^failed: flake\.lock takes nixpkgs from "hg", which nix\/nixpkgs\.nix cannot fetch$/,
      );
      assert.equal(mercurial.fix, '"${EDITOR:-vi}" flake.nix');
      assert.equal(assessLock(facts({}, { 'flake.lock': () => '<<<<<<< a' }), today).state, 'failed');
    });

    it('compare flake.nix with flake.lock', () => {
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
          states(assessFlake(facts({}, { 'flake.nix': flake => flake.replace(url, text) }))),
          [state],
          text,
        );
      }
      assert.deepEqual(states(assessFlake(facts({}, { 'flake.nix': undefined }))), ['warning']);
      const hash = 'sha256-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=';
      const tarball = { type: 'tarball', url: 'https://example.com/nixpkgs.tar.gz' } as const;
      const pin: Pin = { original: tarball, locked: { ...tarball, narHash: hash } };
      assert.deepEqual(states(assessFlake(facts({ nixpkgs: tarball.url, pin }))), ['ok']);
    });
  });

  describe('of ends of life', () => {
    it('warn for the last sixty days, to the day', () => {
      const at = (text: string, end = '2026-12-31') => messagesOf(assessEndOfLife('it', end, day(text)))[0];
      assert.equal(at('2026-11-01'), 'warning: it gets security fixes only until 2026-12-31 (60 days left)');
      assert.equal(at('2026-10-31'), 'ok: it gets security fixes until 2026-12-31');
      assert.equal(at('2026-12-30'), 'warning: it gets security fixes only until 2026-12-31 (1 day left)');
      assert.equal(
        at('2026-12-31', '2026-12'),
        'warning: it gets security fixes only until 2026-12 (today is the last day)',
      );
      assert.equal(at('2027-01-01', '2026-12'), 'warning: it has been out of support since 2026-12');
    });

    it('suggest the next release for the newest one that is known', () => {
      const { name, eol = '', defaultPython } = releases().findLast(release => release.eol) ?? assert.fail();
      const next = name.endsWith('.05') ? name.replace('.05', '.11') : `${Number(name.slice(0, 2)) + 1}.05`;
      const before = new Date(Date.parse(eol) - 38 * 86_400_000);
      const [found] = [assessRelease(facts({ nixpkgs: name, python: defaultPython }), before)].flat();
      const said = `nixpkgs ${name} gets security fixes only until ${eol} (38 days left); the next release is ${next}`;
      assert.equal(found?.message, said);
      assert.equal(found?.fix, `nix-python-container update --nixpkgs nixos-${next}`);
      assert.deepEqual(states(assessRelease(facts({ nixpkgs: 'nixos-unstable' }), day('2099-01-01'))), ['ok']);
    });

    it('warn of a commit that is not in the catalog', () => {
      const rev = '1'.repeat(40);
      const { locked } = pinOf(findRelease('26.05') as Release);
      const original = { type: 'github', owner: 'NixOS', repo: 'nixpkgs', rev } as const;
      const pin = { original, locked: { ...locked, rev } } as Pin;
      const [found] = [assessRelease(facts({ nixpkgs: rev, pin }), today)].flat();
      assert.equal(found?.state, 'warning');
      assert.match(found?.message ?? '', /belongs to no known release/);
      assert.equal(assessLock(facts({ nixpkgs: rev, pin }), today).state, 'ok');
    });

    it('fail for a version that the release lacks', () => {
      const python = facts({}, { 'pyproject.toml': text => text.replace('==3.13.*', '==3.9.*') });
      assert.deepEqual(messagesOf(assessVersion('python', python, today)), ['failed: nixpkgs 26.05 has no Python 3.9']);
      const bazel = facts({}, { 'shell.nix': text => text.replace('bazel_8', 'bazel_5') });
      assert.deepEqual(messagesOf(assessVersion('bazel', bazel, today)), ['failed: nixpkgs 26.05 has no Bazel 5']);
    });
  });

  describe('of the packages', () => {
    const held = (version: string) => ({ attribute: 'x', version, extras: [], unaided: true });
    const nix = (changes: Record<string, NixpkgsPackage | null> = {}): Availability => {
      const names = ['flask', 'gunicorn', 'pytest', 'redis'];
      const all = Object.fromEntries(names.map(name => [name, held('5.0')]));
      return { source: { kind: 'nix' }, packages: new Map(Object.entries({ ...all, ...changes })) };
    };
    const assess = (availability?: Availability, change = (text: string) => text) =>
      assessPackages(facts({}, { 'pyproject.toml': change }), availability);

    it('count them, and say who was asked', () => {
      assert.deepEqual(messagesOf(assess(nix())), [
        'ok: The pinned nixpkgs (26.05) has all 4 packages of pyproject.toml',
      ]);
      assert.match(messagesOf(assess())[0] ?? '', /^ok: .* all 4 packages .*, according to the built-in catalog/);
    });

    it('fail where Nix is sure, and warn where the catalog guesses', () => {
      const [lacks] = assess(nix({ redis: null }));
      assert.deepEqual([lacks?.state, lacks?.fix], ['failed', 'nix-python-container remove redis']);
      const [misses] = assess(nix({ redis: held('3.5.3') }));
      assert.deepEqual([misses?.state, misses?.fix], ['failed', "nix-python-container add 'redis>=3.5.3'"]);
      assert.match(misses?.message ?? '', /has redis 3\.5\.3, which "redis>=4" does not allow\./);
      const [dev] = assess(nix({ pytest: null }));
      assert.equal(dev?.fix, 'nix-python-container remove --dev pytest');
      const [risky] = assess(nix({ redis: { ...held('5.0'), problem: { kind: 'insecure' } } }));
      assert.match(`${risky?.state} ${risky?.fix}`, /^failed .*nix\/overrides\.nix/);
      const unknown = (text: string) => text.replace('"flask"', '"flask", "nobody-knows-it"');
      assert.deepEqual(states(assess(undefined, unknown)), ['warning']);
      assert.deepEqual(states(assess(undefined, text => text.replace('"flask"', '"flask; os_name"'))), ['failed']);
    });
  });

  it('fail without a file that Nix or Bazel needs', () => {
    assert.deepEqual(states(assessFiles(facts({}, { 'README.md': undefined, '.envrc': undefined }))), ['ok']);
    const gone = assessFiles(
      facts({}, { 'nix/image.nix': undefined, 'shell.nix': undefined, 'MODULE.bazel': undefined }),
    );
    assert.deepEqual(messagesOf(gone), [
      'failed: nix/image.nix, shell.nix cannot be read, but Nix and Bazel need them',
      'failed: Bazel 8 needs MODULE.bazel, which is missing',
    ]);
    const old = { nixpkgs: '23.11', python: '3.11', bazel: '6' };
    assert.deepEqual(states(assessFiles(facts(old, { WORKSPACE: undefined, 'WORKSPACE.bazel': () => '' }))), ['ok']);
  });

  it('fail for conflict markers, and not for lines that resemble them', () => {
    const assess = (text: string) => assessMarkers(facts({}, { 'hello.py': before => before + text }));
    assert.equal(assess('# =======\nx = 1 <<<<<<< 2\n<<<<<<<<\n').state, 'ok');
    assert.equal(assess('>>>>>>> theirs\n').state, 'failed');
    assert.match(assess('<<<<<<<\r\n').message, /at hello\.py:\d+$/);
  });

  it('warn of a setting that asks for another Bazel', () => {
    const fixesFor = (version: string, variable?: string) =>
      assessBazelVersion(facts({}, { '.bazelversion': () => version }), { USE_BAZEL_VERSION: variable }).map(
        ({ fix }) => fix,
      );
    assert.deepEqual(fixesFor('8.4.1\n'), []);
    assert.deepEqual(fixesFor('7.1.0\n'), ['rm .bazelversion']);
    assert.deepEqual(fixesFor('8.4.1\n', '6.4.0'), ['unset USE_BAZEL_VERSION']);
  });
});
