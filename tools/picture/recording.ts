import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import pty from '@lydell/node-pty';
import xterm from '@xterm/headless';
import { defaultRelease } from '../../src/catalog/releases.ts';
import { type Answers, questionNamed, questionNames } from '../../src/model/questions.ts';
import { shellQuote } from '../../src/text/shell-quote.ts';

/** Text in one style, from a column of a row on. */
export interface Run {
  readonly row: number;
  readonly column: number;
  readonly text: string;
  /** Of the 16 colours of terminals, if it has one. */
  readonly colour?: number;
  readonly bold: boolean;
  readonly dim: boolean;
}

/** What the terminal shows, and for how many milliseconds. */
export interface Frame {
  readonly runs: readonly Run[];
  readonly milliseconds: number;
}

/** One thing that the user does, once the screen shows what it is an answer to. */
interface Step {
  /** The end of what is left of the cursor, or of the whole screen. */
  readonly sees: string | RegExp;
  /** How long the user looks at it, in milliseconds. */
  readonly looks: number;
  /** Text, typed letter by letter. */
  readonly types?: string;
  /** What ends the step. */
  readonly presses: string;
}

const enter = '\r';
/** A list to choose from, once its entries have been found. */
const list = (question: string): RegExp => new RegExp(`\\? ${question}\n[^]*❯[^]*⏎ (select|submit)$`);

/** How the list of packages is filled. */
const packages: readonly Step[] = [
  { sees: list('Add a pip package .*'), looks: 600, types: 'reddis', presses: enter },
  { sees: list('.*reddis.*'), looks: 1600, presses: enter },
  { sees: list('Add a pip package .*\\[redis\\]:'), looks: 600, types: 'requests>=2', presses: enter },
  { sees: list('Add a pip package .*\\[redis, requests>=2\\]:'), looks: 800, presses: enter },
];

/** Where the user looks longer, in milliseconds, than at other questions of the kind. */
const longer: Partial<Record<keyof Answers, number>> = { name: 1000, nixpkgs: 1600, python: 1100, packagesFrom: 1100 };

/** Takes the default of each question: releases differ in it, so the session fits the next one as well. */
const steps = (name: keyof Answers): readonly Step[] => {
  const { message, prompt, asked = () => true, initial } = questionNamed(name);
  const context = { today: new Date(0), folder: 'hello', answers: { ci: [], deploy: [] } };
  if (!asked(context)) return [];
  if (name === 'packages') return packages;
  const looks = longer[name] ?? (prompt === 'choice' ? 1000 : 700);
  if (prompt === 'confirm') return [{ sees: `? ${message} (y/N) `, looks, presses: enter }];
  if (prompt !== 'input') return [{ sees: list(message.replaceAll(/[()?.+*]/g, '\\$&')), looks, presses: enter }];
  const proposed = String(initial(context));
  return [{ sees: `? ${message} ${proposed && `(${proposed}) `}`, looks, presses: enter }];
};

const session: readonly Step[] = [
  { sees: '$ ', looks: 500, types: 'nix-python-container hello', presses: enter },
  ...questionNames.flatMap(steps),
  { sees: list('Is everything right\\?'), looks: 3000, presses: enter },
  { sees: '\n$ ', looks: 8000, presses: '' },
];

/** A list of what matches a word: it has the word, and no longer the one that was typed before. */
const matches = (word: string): RegExp => {
  const entry = (text: string) => `^[❯ ] ${text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}$`;
  return new RegExp(`(?<![^])(?![^]*${entry(word.slice(0, -1))})[^]*${entry(word)}[^]*⏎ select(?![^])`, 'm');
};

/** Milliseconds between two letters. */
const typing = 60;
/** How long a step may take on a busy machine, in milliseconds. */
const patience = 20_000;
export const size = { columns: 80, rows: 24 } as const;

/** Sets the clock of a program to a time, from which it goes on: which releases have ended must not depend on the day of the recording. */
const clock = (milliseconds: number): string =>
  `data:text/javascript,${encodeURIComponent(`
  const Now = Date, behind = Now.now() - ${milliseconds};
  globalThis.Date = class extends Now {
    constructor(...args) { super(...(args.length > 0 ? args : [Now.now() - behind])); }
    static now() { return Now.now() - behind; }
  };`)}`;

/**
 * Runs the command in a shell on a pseudo-terminal, and answers its questions.
 * @throws Error when the screen does not show what a step waits for
 */
export async function record(): Promise<readonly Frame[]> {
  const folder = mkdtempSync(join(tmpdir(), 'picture-'));
  const terminal = new xterm.Terminal({ cols: size.columns, rows: size.rows, allowProposedApi: true });
  const child = pty.spawn('/bin/sh', ['-i'], {
    cwd: folder,
    cols: size.columns,
    rows: size.rows,
    env: { PATH: programs(folder), HOME: folder, PS1: '$ ', TERM: 'xterm-256color', LC_ALL: 'C.UTF-8' },
  });
  child.onData(data => terminal.write(data));
  const frames: Frame[] = [];
  try {
    for (const { sees, looks, types = '', presses } of session) {
      await until(terminal, sees);
      frames.push({ runs: runsOf(terminal), milliseconds: looks });
      for (const end of Array.from(types, (_, at) => types.slice(0, at + 1))) {
        child.write(end.slice(-1));
        // A list of matches that is longer than the screen gives no sign that it is complete.
        if (sees instanceof RegExp && end.length < 3) continue;
        await until(terminal, sees instanceof RegExp ? matches(end) : end);
        frames.push({ runs: runsOf(terminal), milliseconds: end === types ? looks : typing });
      }
      child.write(presses);
    }
  } finally {
    child.kill('SIGKILL');
    terminal.dispose();
    rmSync(folder, { recursive: true, force: true });
  }
  return frames;
}

/** A folder for PATH: the command, and a Nix, which `new` looks for but does not need. */
function programs(folder: string): string {
  const bin = join(folder, '.bin');
  mkdirSync(bin);
  const main = fileURLToPath(new URL('../../../lib/main.cjs', import.meta.url));
  const { lastModified } = defaultRelease(new Date(0)).pin;
  const command = [process.execPath, `--import=${clock(lastModified * 1000)}`, main];
  const scripts = {
    'nix-python-container': `exec ${command.map(shellQuote).join(' ')} "$@"`,
    'nix-shell': 'exit 1',
  };
  for (const [name, script] of Object.entries(scripts)) {
    writeFileSync(join(bin, name), `#!/bin/sh\n${script}\n`);
    chmodSync(join(bin, name), 0o755);
  }
  return bin;
}

async function until(terminal: xterm.Terminal, sees: string | RegExp): Promise<void> {
  const deadline = Date.now() + patience;
  for (;;) {
    const found = typeof sees === 'string' ? leftOfCursor(terminal).endsWith(sees) : sees.test(textOf(terminal));
    if (found) return;
    if (Date.now() > deadline) throw new Error(`waited for ${sees} and saw:\n${textOf(terminal)}`);
    await wait(5);
  }
}

const lines = ({ buffer: { active } }: xterm.Terminal): string[] =>
  Array.from(
    { length: size.rows },
    (_, row) =>
      active
        .getLine(active.baseY + row)
        ?.translateToString()
        .trimEnd() ?? '',
  );

const textOf = (terminal: xterm.Terminal): string => lines(terminal).join('\n').trimEnd();

function leftOfCursor(terminal: xterm.Terminal): string {
  const { active } = terminal.buffer;
  const above = lines(terminal).slice(0, active.cursorY);
  const line = active.getLine(active.baseY + active.cursorY)?.translateToString(false, 0, active.cursorX) ?? '';
  return [...above, line].join('\n');
}

/** The screen as runs of one style, without spaces at either end. */
function runsOf({ buffer: { active } }: xterm.Terminal): Run[] {
  const runs: Run[] = [];
  for (let row = 0; row < size.rows; row++) {
    const line = active.getLine(active.baseY + row);
    let last: (Run & { text: string }) | undefined;
    for (let column = 0; column < size.columns; column++) {
      const cell = line?.getCell(column);
      const text = cell?.getChars() || ' ';
      const style = {
        ...(cell?.isFgPalette() ? { colour: cell.getFgColor() } : {}),
        bold: Boolean(cell?.isBold()),
        dim: Boolean(cell?.isDim()),
      };
      if (last && last.colour === style.colour && last.bold === style.bold && last.dim === style.dim) {
        last.text += text;
      } else {
        last = { row, column, text, ...style };
        runs.push(last);
      }
    }
  }
  return runs.flatMap(run => {
    const text = run.text.trim();
    return text === '' ? [] : [{ ...run, text, column: run.column + run.text.search(/\S/) }];
  });
}
