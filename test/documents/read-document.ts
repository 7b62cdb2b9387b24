/** A command of a document, and what it says that the command prints. */
export interface RunStep {
  readonly kind: 'run';
  /** All lines of the block. */
  readonly command: string;
  /** Whether it is to succeed, to fail, or to go on until the end of its section, as a server does. */
  readonly ends: 'well' | 'badly' | 'not';
  readonly output?: readonly string[];
  /** Where the block starts, from 1. */
  readonly line: number;
}

/** A file that a document tells its reader to write. */
export interface WriteStep {
  readonly kind: 'write';
  readonly path: string;
  readonly text: string;
  readonly line: number;
}

export type Step = RunStep | WriteStep;

/** What a document asks for under one heading. */
export interface Section {
  readonly title: string;
  readonly steps: readonly Step[];
}

interface Fence {
  readonly language: string;
  /** What follows the language: hosts of Markdown do not show it. */
  readonly words: readonly string[];
  readonly lines: readonly string[];
  readonly line: number;
  /** The text between it and the block before it. */
  readonly before: string;
}

const endings: Readonly<Record<string, RunStep['ends']>> = { fails: 'badly', stays: 'not' };

/**
 * Reads the steps of a Markdown document, section by section:
 *
 * - ```` ```sh ```` is run, and succeeds; with `sh fails` it fails, and with `sh stays` it runs until the next heading.
 * - ```` ```text ```` after it is what it prints.
 * - A block of any other language with a file's name after the language (```` ```python hello.py ````) is that file. The text before
 *   it has to name it, too: hosts of Markdown show no words after the language.
 *
 * Sections without steps are left out.
 * @throws Error for a block that is none of these, that does not end, or of a file without a name: nothing of a document may be left
 *   out by mistake
 */
export function readDocument(text: string): Section[] {
  const sections: { title: string; steps: Step[] }[] = [{ title: '', steps: [] }];
  for (const part of partsOf(text)) {
    const current = sections.at(-1) as (typeof sections)[number];
    if (typeof part === 'string') sections.push({ title: part, steps: [] });
    else if (part.language === 'text') current.steps.push(withOutput(current.steps.pop(), part));
    else current.steps.push(stepOf(part));
  }
  return sections.filter(({ steps }) => steps.length > 0);
}

function stepOf({ language, words, lines, line, before }: Fence): Step {
  const [word = '', ...more] = words;
  if (language !== 'sh') {
    if (word === '' || more.length > 0)
      throw new Error(`line ${line}: a block of ${language} needs the name of a file`);
    if (!before.includes(`\`${word}\``)) throw new Error(`line ${line}: the text before it does not name ${word}`);
    return { kind: 'write', path: word, text: `${lines.join('\n')}\n`, line };
  }
  const ends = word === '' ? 'well' : endings[word];
  if (ends === undefined || more.length > 0)
    throw new Error(`line ${line}: unknown words after sh: ${words.join(' ')}`);
  return { kind: 'run', command: lines.join('\n'), ends, line };
}

function withOutput(step: Step | undefined, { lines, line }: Fence): Step {
  if (step?.kind === 'run' && step.output === undefined) return { ...step, output: lines };
  throw new Error(`line ${line}: this output follows no command`);
}

/** The headings of a document, as strings, and its fenced blocks. */
function* partsOf(text: string): Generator<string | Fence> {
  const lines = text.split('\n');
  let behind = 0;
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] as string;
    const [, heading] = /^#{1,6} +(.+)$/.exec(line) ?? [];
    if (heading !== undefined) yield heading;
    const [, info] = /^```(.*)$/.exec(line) ?? [];
    if (info === undefined) continue;
    const end = lines.indexOf('```', at + 1);
    if (end < 0) throw new Error(`line ${at + 1}: this block does not end`);
    const [language = '', ...words] = info.split(/\s+/).filter(word => word !== '');
    const before = lines.slice(behind, at).join('\n');
    yield { language, words, lines: lines.slice(at + 1, end), line: at + 1, before };
    at = end;
    behind = end + 1;
  }
}
