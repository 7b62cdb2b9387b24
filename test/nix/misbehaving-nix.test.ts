import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { queryPackages } from '../../src/nix/query-packages.ts';
import { ExitCode } from '../../src/errors/failure.ts';
import type { Pin } from '../../src/pin/pin.ts';
import { scratch } from '../commands/process.ts';

const url = 'file:///nowhere/nixpkgs.tar.gz';
const narHash = `sha256-${Buffer.alloc(32).toString('base64')}`;
const pin: Pin = { original: { type: 'tarball', url }, locked: { type: 'tarball', url, narHash } };
const path = '/nix/store/00000000000000000000000000000000-source';
const answer = (held: unknown) =>
  `printf %s '${JSON.stringify({ pythons: ['python311'], bazels: ['bazel_8'], packages: { requests: held } })}'`;
const found = { attribute: 'requests', version: '2.28.1', extras: [], problems: [] };
const requests = [{ name: 'requests', extras: [], specifier: '' }];
const question = { pin, python: '3.11', release: undefined };

/** Scripts in place of nix-instantiate, and the reason in the warning. */
const cases: Record<string, readonly [script: string, says: RegExp]> = {
  'prints garbage': ['echo "warning: something"', /\(the output of nix-instantiate is not JSON\)/],
  'prints nothing': ['true', /is not JSON/],
  'prints another document': ['echo "[1]"', /unexpected output/],
  'prints an incomplete document': ['echo "{}"', /unexpected output/],
  'names an attribute that was not asked for': [answer({ ...found, attribute: '${x}' }), /unexpected output/],
  'gives a malformed version': [answer({ ...found, version: '1\n\u001b[2J' }), /unexpected output/],
  'is killed by the system': ['kill -9 $$', /\(nix-instantiate was killed by SIGKILL\)/],
  'fails without output': ['exit 3', /\(nix-instantiate exited with code \d+\)/],
  'fails in colours': ["printf '\\033[31;1merror:\\033[0m no \\033[1mway\\033[0m\\n' >&2; exit 1", /\(no way\)/],
  'floods its output': ['exec yes', /printed more than 16777216 bytes/],
};

describe('a query for packages, with a Nix that misbehaves', () => {
  const folder = scratch();
  const store = `[ "$1" = --print-fixed-path ] && echo ${path} || echo "$3"`;

  /** An environment in which both commands are scripts. */
  function scripts(nixInstantiate: string, nixStore = store): NodeJS.ProcessEnv {
    const place = mkdtempSync(join(folder, 'bin-'));
    for (const [name, script] of Object.entries({ 'nix-instantiate': nixInstantiate, 'nix-store': nixStore })) {
      const text = `#!/bin/sh\n# In place of ${name}, to do what the real one cannot be made to do.\n${script}\n`;
      writeFileSync(join(place, name), text, { mode: 0o755 });
    }
    return { ...process.env, PATH: `${place}${delimiter}${process.env.PATH}` };
  }

  async function ask(environment: NodeJS.ProcessEnv, timeout = 60_000) {
    const warnings: string[] = [];
    const { signal } = new AbortController();
    const warn = (sentence: string) => warnings.push(sentence);
    return { answered: await queryPackages(requests, question, { environment, signal, warn, timeout }), warnings };
  }

  it('takes an answer of the usual form', async () => {
    const interpreters = { pythons: ['3.11'], bazels: ['8'] };
    const packages = async (held: unknown) => {
      const { answered, warnings } = await ask(scripts(answer(held)));
      assert.deepEqual([answered?.interpreters, answered?.source, warnings], [interpreters, { kind: 'nix' }, []]);
      return [...(answered?.packages ?? [])];
    };
    const held = { attribute: 'requests', version: '2.28.1', extras: [], unaided: true };
    assert.deepEqual(await packages(found), [['requests', held]]);
    assert.deepEqual(await packages(null), [['requests', null]]);
  });

  for (const [what, [script, says]] of Object.entries(cases)) {
    it(`warns of a nix-instantiate that ${what}`, async () => {
      const { answered, warnings } = await ask(scripts(script));
      assert.equal(answered, undefined);
      assert.equal(warnings.length, 1);
      assert.match(warnings[0] ?? '', says);
      assert.match(
        warnings[0] ?? '',
        /^packages: Nix could not evaluate the pinned nixpkgs \([ -~]*\): falling back to the built-in catalog\.$/,
      );
    });
  }

  it('warns of a nix-store that prints garbage', async () => {
    const { answered, warnings } = await ask(scripts('true', 'echo hello'));
    assert.equal(answered, undefined);
    assert.match(warnings.join('\n'), /^packages: .*\(unexpected output of nix-store\)/);
  });

  it('does not warn of a nix-instantiate that cannot write to the store', async () => {
    const denied = 'echo "error: creating directory \'/nix/store/x\': Permission denied" >&2; exit 1';
    assert.deepEqual(await ask(scripts(denied)), { answered: undefined, warnings: [] });
  });

  /** A script that ignores SIGTERM, and a check that it has ended. */
  function deaf() {
    const file = join(mkdtempSync(join(folder, 'pid-')), 'pid');
    const gone = () => assert.throws(() => process.kill(Number(readFileSync(file, 'utf8')), 0), { code: 'ESRCH' });
    return {
      script: `trap '' TERM; echo $$ > ${file}; exec sleep 600`,
      gone,
      started: () => existsSync(file) && readFileSync(file, 'utf8').endsWith('\n'),
    };
  }

  it('kills a nix-instantiate that hangs, and warns', async () => {
    const { script, gone } = deaf();
    const { answered, warnings } = await ask(scripts(script), 3000);
    assert.equal(answered, undefined);
    assert.match(
      warnings.join('\n'),
      /^packages: .* \(no answer within 3 s\): falling back to the built-in catalog\.$/,
    );
    gone();
  });

  it('stops when it is aborted', async () => {
    const stop = new AbortController();
    const { script, gone, started } = deaf();
    const watch = setInterval(() => started() && stop.abort(), 10);
    const asked = queryPackages(requests, question, {
      environment: scripts(script),
      signal: stop.signal,
      warn: () => assert.fail('there is no warning'),
    });
    await assert.rejects(asked, { name: 'Failure', exitCode: ExitCode.interrupted });
    clearInterval(watch);
    gone();
  });
});
