import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import pc from 'picocolors';
import { commands } from '../../src/cli/commands.ts';
import { help } from '../../src/cli/help.ts';
import type { CommandName } from '../../src/commands/request.ts';
import { describeWritten } from '../../src/terminal/output.ts';
import { row, table } from '../../src/terminal/rows.ts';
import { noneOfAll } from '../answers.ts';
import { command, scratch } from '../commands/process.ts';
import { endAll, key, Terminal } from './terminal.ts';

/** The widths that terminals are asked to fit. */
const widths = [40, 60, 80, 100, 120];

const words = (text: string): string[] => text.split(/\s+/).filter(Boolean);

/** Lines that are to be copied, and may be longer. */
const isCommand = (line: string): boolean =>
  /^\s*(fix: |(cd|nix-shell|git|Usage:)\b|nix-python-container\b)/.test(line);

/** No line is longer than the terminal is wide, unless it is one word, or a command. */
function assertFits(text: string, columns: number, indent = 12): void {
  for (const line of text.split('\n')) {
    const isOneWord = words(line.slice(indent)).length <= 1;
    assert.ok(line.length <= columns || isOneWord || isCommand(line), `${columns}: ${line}`);
  }
}

const written = (terminal: Terminal): string => stripVTControlCharacters(terminal.raw).replaceAll('\r\n', '\n');

describe('lists at the width of a terminal', () => {
  const colors = pc.createColors(false);
  const terminal = (columns: number) => ({ live: true, columns, colors, host: 'command' as const, write: () => {} });

  it('have texts that wrap beside their labels', () => {
    assert.equal(
      row('ok', 'one two three four five six', terminal(30)),
      '       ok  one two three four\n           five six\n',
    );
    assert.equal(row('ok', 'one two', { live: false, columns: 5 }), '       ok  one two\n');
    const plan = Array.from({ length: 4 }, (_, at) => ({ path: `folder/file-${at}.txt`, action: 'create' as const }));
    for (const columns of widths) assertFits(describeWritten(plan, terminal(columns), false), columns);
  });

  it('have their second column below the first, where there is no room for it', () => {
    const rows = [['--a-long-option VALUE', 'what it is for, in some words']] as const;
    assert.equal(table(rows, terminal(40)), '  --a-long-option VALUE\n      what it is for, in some words\n');
    assert.equal(table(rows, terminal(80)), '  --a-long-option VALUE  what it is for, in some words\n');
    assert.equal(table(rows, { live: false, columns: 10 }), table(rows, terminal(80)));
  });

  for (const columns of widths) {
    it(`are so in the help of every command, at ${columns} columns, with the same words`, () => {
      for (const name of Object.keys(commands) as CommandName[]) {
        const text = help(name, terminal(columns));
        assertFits(text, columns, 6);
        assert.deepEqual(words(text), words(help(name)));
      }
    });
  }
});

describe('the ends of commands on a pseudo-terminal', function () {
  this.timeout(30_000);
  const folder = scratch();
  const empty = () => mkdtempSync(join(folder, 'd-'));
  afterEach(endAll);

  /** A folder with programs that print one line each, as PATH. */
  function path(programs: Readonly<Record<string, string>>): string {
    const bin = join(empty(), 'bin');
    mkdirSync(bin);
    for (const [name, text] of Object.entries(programs)) {
      writeFileSync(join(bin, name), `#!/bin/sh\n${text}\n`);
      chmodSync(join(bin, name), 0o755);
    }
    return bin;
  }

  const ended = async (args: readonly string[], columns: number, environment = {}, cwd = empty()): Promise<string> => {
    const terminal = new Terminal(args, cwd, environment, { columns });
    await terminal.end();
    // As it was written: the terminal itself would break lines anywhere.
    return written(terminal).trimEnd();
  };

  it('name doctor where Nix is missing, and where it is too old for the pin', async () => {
    const args = ['hello', '--yes', '--nixpkgs=26.05'];
    const without = await ended(args, 120, { PATH: path({}) });
    assert.match(
      without,
      /cannot build it yet: Nix is not on PATH\. To see what it needs: nix-python-container doctor hello$/,
    );
    const answer = (missing: string): Record<string, string> => ({
      'nix-shell': 'exit 0',
      'nix-instantiate': `echo '{"installed":"2.8.0","missing":[${missing}]}'`,
    });
    const old = await ended(args, 120, { PATH: path(answer('"Nix 2.18 or later"')) });
    assert.match(
      old.replaceAll('\n', ' '),
      /yet: Nix 2\.8\.0 is too old for .+26\.05.*, which needs Nix 2\.18 or later\. To see what it needs: nix-python-container doctor hello$/,
    );
    const fine = await ended(args, 120, { PATH: path(answer('')) });
    assert.doesNotMatch(fine, /doctor/);
    // A release that every Nix can evaluate: it is not asked.
    const earlier = await ended(['hello', '--yes', '--nixpkgs=24.05'], 120, { PATH: path(answer('"Nix 3"')) });
    assert.doesNotMatch(earlier, /doctor/);
    const broken = await ended(args, 120, { PATH: path({ 'nix-shell': 'exit 0', 'nix-instantiate': 'exit 1' }) });
    assert.match(broken, /hello_image'$/, 'not a word of what is not known');
  });

  it('are an error of a build before its download, where Nix is too old', async () => {
    const cwd = empty();
    await command(['hello', '--yes', '--nixpkgs=26.05'], { cwd });
    const place = {
      cwd: join(cwd, 'hello'),
      env: {
        PATH: `${path({
          'nix-store': 'echo /nix/store/of-nixpkgs-source',
          'nix-instantiate': `echo '{"installed":"2.8.0","missing":["Nix 2.18 or later"]}'`,
        })}:/nowhere`,
      },
    };
    for (const name of ['build', 'verify']) {
      const { code, stderr } = await command([name], place);
      assert.equal(code, 1);
      assert.match(
        stderr,
        /^error: Nix 2\.8\.0 is too old for .+26\.05.+, which needs Nix 2\.18 or later, so nothing can be built\.\n {7}Fix: curl/,
      );
    }
  });

  it('say where there is no terminal that Nix is missing', async () => {
    const { code, stderr } = await command(['hello', '--yes'], { cwd: empty(), env: { PATH: path({}) } });
    assert.equal(code, 0);
    assert.match(
      stderr,
      /cannot build it yet: Nix is not on PATH\. To see what it needs: nix-python-container doctor hello\n$/,
    );
    assert.doesNotMatch(
      (await command(['hello', '--yes', '--json'], { cwd: empty(), env: { PATH: path({}) } })).stderr,
      /PATH/,
    );
  });

  for (const columns of [40, 80]) {
    it(`wrap at words at ${columns} columns: new, add, update, service, ci, doctor and help`, async () => {
      const cwd = empty();
      await command(['hello', '--yes', '--nixpkgs=26.05', '--python=3.13'], { cwd });
      const project = join(cwd, 'hello');
      for (const args of [
        ['add', 'requests', 'redis>=4', 'opencv-python'],
        ['update', '--python=3.12'],
        ['service', 'mail', 'accounts'],
        ['ci', 'github', 'gitlab'],
        ['new', 'inner', '--yes', '--requirements=no-such-file-of-requirements.txt'],
        ['doctor'],
        ['help', 'new'],
      ])
        assertFits(await ended(args, columns, { PATH: path({}) }, project), columns);
    });
  }

  it('show the table of what nixpkgs misses in whole words at 40 columns', async () => {
    const cwd = empty();
    const packages = '--packages=django-environ-of-the-past>=1,redis>=99,requests>=99';
    const fixed = ['--nixpkgs=26.05', '--python=3.13', '--bazel=8', '--name=hello'];
    const rest = [...noneOfAll(), '--git'];
    const terminal = new Terminal(['hello', ...fixed, ...rest, packages], cwd, {}, { columns: 40 });
    await terminal.until('What now?');
    const shown = written(terminal);
    assertFits(shown.slice(0, shown.indexOf('\n? ')), 40, 4);
    for (const word of ['django-environ-of-the-past>=1', 'requests>=99']) assert.ok(words(shown).includes(word), shown);
    for (const name of ['django-environ', 'redis>=99', 'requests>=99'])
      assert.match(shown, new RegExp(`^ {2}${name}`, 'm'));
    terminal.type(key.interrupt);
    await terminal.end();
  });
});
