import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { providerNames } from '../../src/model/ci-providers.ts';
import { command, scratch, treeOf } from '../commands/process.ts';

/** Invalid arguments, and what the message must say. */
const cases: Record<string, readonly [args: readonly string[], says: RegExp]> = {
  'a mistyped option': [['hello', '--pyhton', '3.13'], /Unknown option: --pyhton\.\s+Did you mean --python\?/],
  'an option that is like no other': [['hello', '--frob'], /Unknown option: --frob\.\s+All options:/],
  'a mistyped command': [['udpate', '--yes'], /Unknown command: udpate\.\s+Did you mean update\?.* new udpate/],
  'a mistyped command with a word': [['services', 'worker'], /Unknown command: services\.\s+Did you mean service\?/],
  'a mistyped short command with a word': [['ad', 'requests'], /Unknown command: ad\.\s+Did you mean add\?/],
  'a mistyped `new`': [['nwe', 'foo'], /Unknown command: nwe\.\s+Did you mean new\?/],
  'an option that is like one of another command': [['ci', '--dve'], /Unknown option for `ci`: --dve\.\s+See nix/],
  'a command behind a package': [
    ['requests', 'add'],
    /add stands behind requests\.\s+It comes first: nix-python-container add requests\n/,
  ],
  'a command behind a folder': [
    ['hello', 'add', 'requests'],
    /It comes first: cd hello && nix-python-container add requests\n/,
  ],
  'a command behind its folder': [['my hello', 'doctor'], /It comes first: nix-python-container doctor 'my hello'\n/],
  'a command between folders': [['q', 'build', 'w'], /It comes first: nix-python-container build …\n/],
  'a command behind several words': [
    ['q', 'w', 'add', 'e'],
    /behind q w\.\s+It comes first: nix-python-container add …\n/,
  ],
  'a command behind the folder of `new`': [
    ['new', 'hello', 'add', 'requests'],
    /It comes first: cd hello && nix-python-container add requests\n/,
  ],
  'a mistyped command behind a folder': [
    ['hello', 'ad', 'requests'],
    /got 3: hello, ad, requests\.\s+Did you mean add\? Commands come first\./,
  ],
  'two shells': [
    ['completion', 'bash', 'zsh'],
    /Expected at most one shell, got 2: bash, zsh\.\s+See nix-python-container completion --help/,
  ],
  'more than one command for help': [
    ['help', 'add', 'requests'],
    /`help` takes one command, but got 2: add, requests\./,
  ],
  'words as a package': [
    ['hello', '--yes', '--packages', 'Bad Name!'],
    /"Bad Name!" is not a valid package name\.\s+A name has letters/,
  ],
  'a range without an operator': [
    ['hello', '--yes', '--packages', 'redis 4'],
    /"4" in "redis 4" is not a valid version range/,
  ],
  'a release without its zero': [
    ['hello', '--yes', '--nixpkgs', '26.5'],
    /unknown nixpkgs release 26\.5\.\s+Did you mean 26\.05\?/,
  ],
  'a release without its point': [
    ['hello', '--yes', '--nixpkgs', '2605'],
    /unknown nixpkgs release 2605\.\s+Did you mean 26\.05\?/,
  ],
  'a release as a tag': [['hello', '--yes', '--nixpkgs', 'v26.05'], /Did you mean 26\.05\?/],
  'a release that is off by one': [['hello', '--yes', '--nixpkgs', '26.04'], /Did you mean 26\.05\?/],
  'the branch of a release without its zero': [
    ['hello', '--yes', '--nixpkgs', 'nixos-26.5'],
    /Did you mean nixos-26\.05\?/,
  ],
  'a release that is still to come': [
    ['hello', '--yes', '--nixpkgs', '98.11'],
    /unknown nixpkgs release 98\.11\.\s+If it is out, give its branch: nixos-98\.11\. /,
  ],
  'what nobody calls the branch': [
    ['hello', '--yes', '--nixpkgs', 'unstable'],
    /no branch unstable\.\s+Did you mean nixos-unstable\?/,
  ],
  'a folder in a device': [['new', '/dev/null/x', '--yes'], /\/dev\/null is not a folder/],
  'help of an unknown command': [['help', 'udpate'], /Unknown command: udpate\.\s+Did you mean update\?/],
  'an option without its value': [['hello', '--python'], /--python needs a value/],
  'an option where a value should be': [['hello', '--packages', '--yes'], /--packages needs a value/],
  'a switch with a value': [['hello', '--yes=no'], /--yes takes no value/],
  'three folders': [['q', 'w', 'e'], /Expected at most one folder, got 3: q, w, e\./],
  'two folders': [['hello', 'world', '--yes'], /Expected at most one folder, got 2: hello, world/],
  'a name that is not an identifier': [['--yes', '--name', '3rd'], /"3rd" cannot be used as a Python module name/],
  'a name with accents': [['--yes', '--name', 'café'], /cannot be used as a Python module name/],
  'a keyword as name': [['--yes', '--name', 'class'], /"class" is a Python keyword/],
  'a standard module as name': [['--yes', '--name', 'json'], /json\.py would shadow Python's standard module json/],
  'the framework as name': [['--yes', '--name', 'flask'], /flask\.py would shadow the package flask/],
  'a chosen package as name': [
    ['--yes', '--name', 'requests', '--packages', 'Requests'],
    /would shadow the package requests/,
  ],
  'the name of a folder of every project': [['--yes', '--name', 'image'], /is reserved/],
  'a path as name': [['--yes', '--name', '../up'], /cannot be used as a Python module name/],
  'a control character': [['--yes', '--name', 'a\u0007b'], /"a\\u0007b" cannot be used as a Python module name/],
  'Nix in the name': [['--yes', '--name', '${x}'], /cannot be used as a Python module name/],
  'Nix in a package': [['hello', '--yes', '--packages', '${builtins.exec}'], /is not a valid package name/],
  'TOML in a package': [['hello', '--yes', '--packages', 'a"]\nx = "'], /package/],
  'a shell command in a package': [['hello', '--yes', '--packages', '$(reboot)'], /is not a valid package name/],
  'a marker': [['hello', '--yes', '--packages', 'redis; os_name == "nt"'], /has an environment marker/],
  'two versions of one package': [['hello', '--yes', '--packages', 'redis==4,redis==5'], /redis/],
  'a standard module as package': [['hello', '--yes', '--packages', 'asyncio'], /asyncio/],
  'a program as package': [['hello', '--yes', '--packages', 'poetry'], /program, pkgs\.poetry/],
  'a Python that the release does not have': [
    ['hello', '--yes', '--nixpkgs', '22.05', '--python', '3.13'],
    /nixpkgs 22\.05 has no Python 3\.13\.\s+Choose Python 3\.7.*or a nixpkgs that has it: 24\.11/,
  ],
  'a Python that was a pre-release': [
    ['hello', '--yes', '--nixpkgs', '23.05', '--python', '3.12'],
    /no Python 3\.12, only a pre-release/,
  ],
  'a patch version of Python': [['hello', '--yes', '--python', '3.13.7'], /not a minor version of Python/],
  'a Bazel that the release does not have': [
    ['hello', '--yes', '--nixpkgs', '21.11', '--python', '3.9', '--bazel', '8'],
    /nixpkgs 21\.11 has no Bazel 8\.\s+Choose Bazel 4, or a nixpkgs that has it: 25\.11, 26\.05/,
  ],
  'a Bazel without rules': [
    ['hello', '--yes', '--bazel', '3'],
    /Bazel 3 is not supported\.\s+Choose one of 4, 5, 6, 7, 8, 9/,
  ],
  'a release that does not exist': [
    ['hello', '--yes', '--nixpkgs', '19.13'],
    /unknown nixpkgs release 19\.13.*26\.05/s,
  ],
  'Starlark as revision': [['hello', '--yes', '--nixpkgs', '"); load("'], /is not a release, branch, commit or URL/],
  'an abbreviated commit': [['hello', '--yes', '--nixpkgs', '5880666'], /looks like an abbreviated commit/],
  'an option as branch': [['hello', '--yes', '--nixpkgs=--upload-pack=x'], /is not a release, branch/],
  'a password in the URL': [['hello', '--yes', '--nixpkgs', 'https://me:pw@host/x.tar.gz'], /contains credentials/],
  'a tarball that does not exist': [['hello', '--yes', '--nixpkgs', 'file:///nowhere/x.tar.gz'], /nowhere/],
  'a cache that is not a URL': [
    ['hello', '--yes', '--remote-cache', 'cache host'],
    /not a valid URL of a remote cache/,
  ],
  'a Bazel flag after the URL of a cache': [
    ['hello', '--yes', '--remote-cache', 'https://a.b/x --run_under=touch'],
    /must be percent-encoded/,
  ],
  'the name of a repository': [['--yes', '--name', 'rules-python'], /is reserved/],
  'a package that Flask imports': [
    ['--yes', '--name', 'click'],
    /would shadow a package that frameworks or their tests import/,
  ],
  'the module of a package': [
    ['--yes', '--name', 'yaml', '--packages', 'PyYAML'],
    /yaml\.py would shadow the package pyyaml/,
  ],
  'an empty folder': [['', '--yes'], /The folder is an empty string/],
  'an empty answers file': [['hello', '--yes', '--answers='], /--answers is empty/],
  'a pipe as answers file': [['hello', '--yes', '--answers', 'pipe'], /not a regular file/],
  'a property of every object as a key of the answers file': [
    ['hello', '--yes', '--answers', 'proto.json'],
    /unknown key "toString"/,
  ],
  'control sequences in the answers file': [
    ['hello', '--yes', '--answers', 'escape.json'],
    /unknown key "\\u001b\[2J"/,
  ],
  'a very long list': [['hello', '--yes', '--packages', ','.repeat(60_000)], /is too long/],
  'a very long line': [
    ['hello', '--yes', '--requirements', 'long.txt'],
    /long\.txt:1: the line has more than 100000 characters/,
  ],
  'a fragment in the URL': [['hello', '--yes', '--nixpkgs', 'https://host/x.tar.gz#part'], /has no fragment/],
  'a mistake that is found before a download': [
    ['hello', '--yes', '--nixpkgs', 'https://127.0.0.1:9/x.tar.gz', '--bazel', '99'],
    /Bazel 99 is not supported/,
  ],
  'a shell command in the URL of a cache': [
    ['hello', '--yes', '--remote-cache', 'https://x/$(id)'],
    /must be percent-encoded/,
  ],
  'an unknown CI provider': [
    ['hello', '--yes', '--ci', 'github,travis'],
    new RegExp(`unknown CI provider "travis".\\s+Choose from ${providerNames.join(', ')}\\.`),
  ],
  'an unknown platform': [['hello', '--yes', '--platforms', 'amd64,mips'], /unknown platform "mips".*amd64, arm64/s],
  'no platform': [['hello', '--yes', '--platforms', ','], /--platforms: an image needs a platform/],
  'platforms that the rules of a Bazel do not have': [
    ['hello', '--yes', '--nixpkgs', '23.11', '--bazel', '6', '--platforms', 'amd64,arm64'],
    /two platforms need Bazel 7 or later, not 6.*docs\/platforms\.md/s,
  ],
  'a pipeline outside of a project': [
    ['ci', 'github'],
    /is not inside a project of this generator.*\s+Change to the folder of a project/,
  ],
  'an option of new for ci': [
    ['ci', 'github', '--name', 'x'],
    /Unknown option for `ci`: --name\.\s+See nix-python-container ci --help/,
  ],
  'an answers file that does not exist': [
    ['hello', '--yes', '--answers', 'no.json'],
    /no\.json cannot be read: no such file/,
  ],
  'an answers file that is not JSON': [['hello', '--yes', '--answers', 'broken.json'], /broken\.json is not JSON/],
  'an answers file that is a list': [
    ['hello', '--yes', '--answers', 'list.json'],
    /list\.json must contain a JSON object/,
  ],
  'an unknown key in the answers file': [
    ['hello', '--yes', '--answers', 'key.json'],
    /unknown key "pyton".\s+Did you mean "python"/,
  ],
  'a key that is like no other in the answers file': [
    ['hello', '--yes', '--answers', 'zzzz.json'],
    /unknown key "zzzz"\.\s+The keys are name, nixpkgs/,
  ],
  'a number as version': [
    ['hello', '--yes', '--answers', 'number.json'],
    /number\.json: python: must be a string, but is 3\.1/,
  ],
  'a requirements file that does not exist': [['hello', '--yes', '--requirements', 'no.txt'], /no\.txt/],
  'a file in place of the folder': [['broken.json', '--yes', '--name', 'hello'], /broken\.json/],
  'a link that leads out of the folder': [['linked', '--yes'], /outside|out of/i],
};

describe('bad input', () => {
  const cwd = scratch();
  before(() => {
    writeFileSync(join(cwd, 'broken.json'), '{');
    writeFileSync(join(cwd, 'list.json'), '[]');
    writeFileSync(join(cwd, 'key.json'), '{"pyton": "3.13"}');
    writeFileSync(join(cwd, 'zzzz.json'), '{"zzzz": 1}');
    writeFileSync(join(cwd, 'proto.json'), '{"toString": 1}');
    writeFileSync(join(cwd, 'escape.json'), '{"\\u001b[2J": 1}');
    writeFileSync(join(cwd, 'long.txt'), `${' '.repeat(150_000)}x\n`);
    execFileSync('mkfifo', [join(cwd, 'pipe')]);
    writeFileSync(join(cwd, 'number.json'), '{"python": 3.10}');
    mkdirSync(join(cwd, 'linked'));
    mkdirSync(join(cwd, 'elsewhere'));
    symlinkSync('../elsewhere', join(cwd, 'linked/nix'));
  });

  for (const [what, [args, says]] of Object.entries(cases)) {
    it(`${what}: one message, exit code 2, nothing written`, async () => {
      const before = treeOf(cwd);
      const { code, stdout, stderr } = await command(args, { cwd });
      assert.equal(code, 2, stderr);
      assert.match(stderr, says);
      assert.match(stderr, /^error: .+\n {7}.+\n$/, 'a sentence, and what to do');
      assert.doesNotMatch(stderr, /\n\s+at /, 'no stack');
      assert.equal(stdout, '');
      assert.deepEqual(treeOf(cwd), before);
    });
  }
});
