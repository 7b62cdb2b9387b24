import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { wellKnownNames } from '../../src/catalog/packages.ts';
import { releases } from '../../src/catalog/releases.ts';
import { candidatesFor } from '../../src/cli/complete.ts';
import { type Command, commands } from '../../src/cli/commands.ts';
import { completionScript } from '../../src/cli/completion-scripts.ts';
import { flagHelp } from '../../src/cli/help.ts';
import { type Shell, shells } from '../../src/cli/shells.ts';
import { questionNames, questions } from '../../src/model/questions.ts';
import { command, main, scratch } from '../commands/process.ts';
import { endAll, Terminal } from '../terminal/terminal.ts';

describe('completion', function () {
  this.timeout(60_000);
  const folder = scratch();
  const project = join(folder, 'hello');
  const bin = join(folder, 'bin');
  const today = new Date();
  const after = (...words: string[]): string[] =>
    candidatesFor(words, { folder: project, today }).map(({ value }) => value);

  before(async () => {
    const made = await command(['hello', '--yes', '--packages', 'requests,redis>=4', '--name', 'hello'], {
      cwd: folder,
    });
    assert.equal(made.code, 0, made.stderr);
    await command(['service', 'mail'], { cwd: project });
    mkdirSync(bin);
    writeFileSync(join(bin, 'nix-python-container'), `#!/bin/sh\nexec '${process.execPath}' '${main}' "$@"\n`);
    chmodSync(join(bin, 'nix-python-container'), 0o755);
  });
  afterEach(endAll);

  it('offers every command, and every option of each that is not there yet', () => {
    for (const name of Object.keys(commands)) assert.ok(after('').includes(name), name);
    for (const [name, one] of Object.entries<Command>(commands)) {
      assert.deepEqual(
        after(name, '--'),
        flagHelp(one).map(({ flag }) => `--${flag}`),
      );
    }
    assert.ok(!after('hello', '--yes', '--').includes('--yes'));
    assert.ok(after('--requirements', 'a.txt', '--').includes('--requirements'), 'may be given again');
    assert.deepEqual(after('help', 'upd'), ['update']);
  });

  it('offers the values of every question that has a list of them, for the release that is chosen', () => {
    for (const name of questionNames) {
      const { flag, choices } = questions[name];
      if (!choices) continue;
      const values = choices({ today, folder: '', answers: {} }).map(({ value }) => value);
      assert.deepEqual(after(`--${flag}`, ''), values);
      assert.deepEqual(
        after(`--${flag}=`),
        values.map(value => `--${flag}=${value}`),
      );
    }
    assert.deepEqual(after('--nixpkgs', '22.05', '--python', '3.1'), ['3.11', '3.10']);
    // As bash splits it.
    assert.deepEqual(after('--nixpkgs', '=', '22.05', '--python', '=', '3.1'), ['--python=3.11', '--python=3.10']);
    assert.equal(after('--nixpkgs', '').length, releases().length);
    const helps = (...typed: string[]) => candidatesFor(typed, { folder: project, today }).map(({ help }) => help);
    assert.deepEqual(helps('--nixpkgs', '22.05'), ['end of life'], 'without the value again');
    assert.ok(!helps('--quality', '').some(help => /^(checks|renovate)/.test(help ?? '')));
  });

  it('offers packages, also behind a comma, those of the project, its services, and files', () => {
    assert.deepEqual(after('add', ''), wellKnownNames());
    assert.ok(after('--packages', 'requests,pand').includes('requests,pandas'));
    assert.deepEqual(after('--ci', 'github,git'), ['github,gitlab']);
    assert.deepEqual(after('remove', ''), ['flask', 'gunicorn', 'redis', 'requests']);
    assert.deepEqual(after('remove', 'redis', 're'), ['requests']);
    assert.deepEqual(after('remove', '--dev', ''), ['pytest']);
    assert.deepEqual(after('service', '--remove', ''), ['mail']);
    assert.deepEqual(after('service', ''), []);
    assert.deepEqual(after('add', '--requirements', ''), [':files']);
    assert.deepEqual(after('update', ''), [':folders']);
    assert.deepEqual(candidatesFor(['remove', ''], { folder, today }), [], 'outside of a project');
  });

  it('prints the script of a shell, and refuses others', async () => {
    for (const shell of shells) {
      const { code, stdout } = await command(['completion', shell], { cwd: folder });
      assert.deepEqual([code, stdout], [0, completionScript(shell)]);
    }
    const { code, stderr } = await command(['completion', 'tcsh'], { cwd: folder });
    assert.equal(code, 2);
    assert.match(stderr, /no completion for the shell "tcsh"\.\n +Name bash, zsh, fish/);
  });

  it('is a script that shellcheck finds nothing in', function () {
    if (spawnSync('shellcheck', ['--version']).error) this.skip();
    execFileSync('shellcheck', ['--shell=bash', '-'], {
      input: completionScript('bash'),
      stdio: ['pipe', 'inherit', 'inherit'],
    });
  });

  /** How each shell starts without its user's files, and reads the script. */
  const starts: Readonly<Record<Shell, readonly [program: readonly string[], lines: readonly string[]]>> = {
    bash: [['bash', '--norc', '--noprofile'], ['source <(nix-python-container completion bash)']],
    zsh: [
      ['zsh', '-f'],
      ['autoload -U compinit && compinit -D -u', 'source <(nix-python-container completion zsh)'],
    ],
    fish: [['fish', '--no-config'], ['nix-python-container completion fish | source']],
  };

  for (const shell of shells) {
    it(`works in ${shell}`, async function () {
      const [[program = '', ...flags], lines] = starts[shell];
      // Not on every machine.
      if (spawnSync(program, ['-c', 'exit']).error) this.skip();
      const env = { PATH: `${bin}:${process.env.PATH}`, HOME: folder, INPUTRC: '/dev/null', LC_ALL: 'C.UTF-8' };
      const terminal = new Terminal([...flags, '-i'], project, env, { program: [program] });
      for (const line of lines) terminal.type(`${line}\r`);
      terminal.type('echo rea""dy\r');
      await terminal.until(/ready/);
      for (const [typed, completed] of [
        ['nix-python-container rem', /remove $/],
        ['nix-python-container add panda', /pandas $/],
        ['nix-python-container remove req', /requests $/],
        ['nix-python-container x --nixpkgs=22.05 --python=3.11', /--python=3\.11 $/],
        ['nix-python-container service --remove ma', /mail $/],
        ['nix-python-container doctor ni', /nix\/ ?$/],
        ['nix-python-container new x --requirements pypr', /pyproject\.toml $/],
      ] as const) {
        terminal.type(typed);
        await terminal.until(typed.slice(-4));
        terminal.type('\t');
        await terminal.completed(completed);
        terminal.type('\u0015');
      }
      terminal.type('exit\r');
      await terminal.end();
    });
  }
});
