// Checks the Markdown files of this repository: that links lead to files and headings that exist, and that this command
// takes each command line of it that they show, by its own parser.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseFlags } from '../dist/src/cli/flags.js';
import { shellWords } from '../dist/src/text/shell-words.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const notOurs = /^(node_modules|dist|lib|coverage|hello)$|^\.(?!github$)/;

/** The text of each Markdown file below a folder, by its path from there. */
export function markdownBelow(folder) {
  const found = new Map();
  const visit = path => {
    for (const entry of readdirSync(path, { withFileTypes: true })) {
      const full = join(path, entry.name);
      if (entry.isDirectory() && !notOurs.test(entry.name)) visit(full);
      if (entry.isFile() && entry.name.endsWith('.md')) found.set(relative(folder, full), readFileSync(full, 'utf8'));
    }
  };
  visit(folder);
  return found;
}

/**
 * What is wrong with documents, a sentence each, with file and line.
 * @param documents the texts by path, relative to the root of the repository
 * @param exists whether there is a file or folder at such a path
 */
export function documentFaults(documents, exists = path => existsSync(join(root, path))) {
  const parsed = new Map([...documents].map(([path, text]) => [path, readMarkdown(text)]));
  return [...parsed].flatMap(([path, { links, commands }]) => [
    ...links.flatMap(({ target, line }) => {
      const fault = linkFault(path, target, parsed, exists);
      return fault ? [`${path}:${line}: ${fault}`] : [];
    }),
    ...commands.flatMap(({ text, line }) => commandFaults(text).map(fault => `${path}:${line}: ${fault}`)),
  ]);
}

function linkFault(from, target, parsed, exists) {
  if (/^[a-z]+:/i.test(target)) return undefined;
  const [file, anchor] = target.split('#');
  const path = file === '' ? from : join(dirname(from), decodeURI(file));
  if (path.startsWith('..')) return `the link ${target} leads out of the repository`;
  if (!exists(path)) return `the link ${target} leads to no file`;
  const headings = parsed.get(path)?.anchors;
  if (anchor === undefined || !headings || headings.has(anchor)) return undefined;
  return `the link ${target} leads to no heading of ${path}`;
}

/** The links, anchors and commands of a text, with their lines. */
function readMarkdown(text) {
  const links = [];
  const anchors = new Set();
  const commands = [];
  let fence;
  for (const [index, content] of text.split('\n').entries()) {
    const line = index + 1;
    const [, mark, language] = /^ *(```+)(\w*)/.exec(content) ?? [];
    if (fence) {
      if (mark === fence.mark) fence = undefined;
      else if (/^(sh|bash|console)$/.test(fence.language)) addLine(fence, content, line, commands);
    } else if (mark) {
      fence = { mark, language };
    } else {
      addHeading(content, anchors);
      for (const [, code] of content.matchAll(/`([^`]+)`/g)) commands.push({ text: code, line });
      for (const target of linksIn(content.replaceAll(/`[^`]*`/g, ''))) links.push({ target, line });
    }
  }
  return { links, anchors, commands };
}

/** Adds a line of a block; one after a backslash belongs to the command before it. */
function addLine(fence, content, line, commands) {
  const goesOn = content.endsWith('\\');
  const text = goesOn ? content.slice(0, -1) : content;
  if (fence.goesOn) commands.at(-1).text += text;
  else commands.push({ text, line });
  fence.goesOn = goesOn;
}

/** The targets of links and pictures, in the syntax of Markdown and of HTML. */
const linksIn = content => [
  ...[...content.matchAll(/\]\(([^()\s]+)(?:\s+"[^"]*")?\)/g)].map(([, target]) => target),
  ...[...content.matchAll(/^\[[^\]]+\]:\s+(\S+)/g)].map(([, target]) => target),
  ...[...content.matchAll(/\b(?:href|src|srcset)="([^"\s]+)/g)].map(([, target]) => target),
];

/** Adds the anchor that GitHub gives a heading, and those that HTML in the line sets. */
function addHeading(content, anchors) {
  for (const [, id] of content.matchAll(/<a (?:id|name)="([^"]+)"/g)) anchors.add(id);
  const [, heading] = /^#{1,6} +(.*?) *$/.exec(content) ?? [];
  if (heading === undefined) return;
  const plain = heading.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1').toLowerCase();
  const slug = plain.replaceAll(/[^\p{L}\p{M}\p{N}\p{Pc}\- ]/gu, '').replaceAll(' ', '-');
  let anchor = slug;
  for (let copy = 1; anchors.has(anchor); copy++) anchor = `${slug}-${copy}`;
  anchors.add(anchor);
}

/** What this command says to each call of it in a line of a shell. */
function commandFaults(text) {
  // `…` stands for what a page leaves open.
  if (text.includes('…')) return [];
  return callsIn(text).flatMap(call => {
    try {
      parseFlags(argumentsOf(call));
      return [];
    } catch (error) {
      return [`${call}: ${error.message}`];
    }
  });
}

const starts = /^(?:npx (?:--yes )?-p \S+ )?nix-python-container(?= |$)|^yo nix-python-container(?::[a-z]+)?(?= |$)/;

/** The calls of this command in a line: whole commands of it, without variables before and redirections behind. */
const callsIn = text =>
  commandsIn(text)
    .map(part =>
      part
        .replace(/^\s*(?:\$ )?(?:[A-Z_]+=\S* )*/, '')
        .replace(/\s+[12]?>.*$/, '')
        .trim(),
    )
    .filter(part => starts.test(part));

/** A line cut where a shell ends one command and begins another, but not within quotes; without its comment. */
function commandsIn(text) {
  const found = [''];
  for (const [piece] of text.matchAll(/'[^']*'|"(?:\\.|[^"\\])*"|\\.|\s#.*|[^]/g)) {
    if (/^\s#/.test(piece)) break;
    if (/^[|&;()]$/.test(piece)) found.push('');
    else found.push(found.pop() + piece);
  }
  return found;
}

/** The arguments in a call; the name of a generator of Yeoman is a command. */
function argumentsOf(call) {
  const [start] = starts.exec(call);
  const words = shellWords(call.slice(start.length));
  const [, generator] = /^yo .*:(.*)$/.exec(start) ?? [];
  return generator && generator !== 'app' ? [generator, ...words] : words;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const faults = documentFaults(markdownBelow(root));
  for (const fault of faults) console.error(fault);
  if (faults.length > 0) process.exitCode = 1;
}
