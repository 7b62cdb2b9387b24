// Checks that every regular expression of src/ takes linear time, whatever it reads: https://makenowjust-labs.github.io/recheck/
// The verdicts are kept in node_modules/.cache, since they take a minute.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parse } from 'acorn';

/** Files with expressions that are put together of parts. Those of a function are not seen here: why they are linear. */
const built = {
  'packaging/package-source.js': { count: 2 },
  'packaging/requirement.js': { count: 1 },
  'model/entry.js': { count: 2 },
  'commands/remove.js': { count: 1, reason: 'a word' },
  'doctor/bazelrc.js': { count: 1, reason: 'a word, anchored' },
  'packaging/formats/formats.js': { count: 1, reason: 'a word in brackets, and the blanks behind it' },
};

const root = fileURLToPath(new URL('..', import.meta.url));
const cacheFile = join(root, 'node_modules/.cache/regexps.json');

/** Every regular expression in a program, as its pattern and flags; undefined for one that is put together. */
export function regexpsIn(code) {
  const found = [];
  const walk = node => {
    if (Array.isArray(node)) return node.forEach(walk);
    if (typeof node?.type !== 'string') return undefined;
    if (node.type === 'Literal' && node.regex) found.push([node.regex.pattern, node.regex.flags]);
    if (/^(New|Call)Expression$/.test(node.type) && node.callee.name === 'RegExp') found.push(undefined);
    return Object.values(node).forEach(walk);
  };
  walk(parse(code, { ecmaVersion: 'latest', sourceType: 'module' }));
  return found;
}

/** What is wrong with a regular expression: how long it takes, and for which text; '' if it is linear. */
export async function faultOf(pattern, flags) {
  // Without an unbounded repetition, there is nothing to repeat.
  if (!/[*+]|\{\d+,\d*\}/.test(pattern)) return '';
  const { check } = await import('recheck');
  const { status, complexity, attack } = await check(pattern, flags, { timeout: 60_000 });
  if (status === 'safe') return '';
  return status === 'vulnerable' ? `${complexity.summary}: ${attack.pattern.slice(0, 100)}` : 'cannot be judged';
}

/** The expressions that a module puts together when it is loaded. */
async function builtBy(file) {
  const Original = RegExp;
  const found = [];
  globalThis.RegExp = new Proxy(Original, {
    construct(target, args) {
      const made = new target(...args);
      found.push([made.source, made.flags]);
      return made;
    },
  });
  try {
    await import(pathToFileURL(file).href);
  } finally {
    globalThis.RegExp = Original;
  }
  return found;
}

async function main() {
  const folder = join(root, 'dist/src');
  const faults = [];
  const seen = new Map();
  for (const path of readdirSync(folder, { recursive: true }).filter(name => name.endsWith('.js'))) {
    const regexps = regexpsIn(readFileSync(join(folder, path), 'utf8'));
    const { count = 0, reason } = built[path] ?? {};
    const parts = regexps.filter(one => one === undefined).length;
    if (parts !== count) faults.push(`src/${path}: ${parts} expressions are put together of parts, not ${count}`);
    const loaded = count > 0 && reason === undefined ? await builtBy(join(folder, path)) : [];
    for (const one of [...regexps, ...loaded]) if (one) seen.set(`/${one[0]}/${one[1]}`, { path, one });
  }
  const cache = readCache();
  const todo = [...seen].filter(([text]) => cache[text] === undefined);
  const work = async () => {
    for (let next = todo.pop(); next; next = todo.pop()) cache[next[0]] = await faultOf(...next[1].one);
  };
  await Promise.all([work(), work()]);
  mkdirSync(dirname(cacheFile), { recursive: true });
  writeFileSync(cacheFile, JSON.stringify(cache));
  for (const [text, { path }] of seen) if (cache[text] !== '') faults.push(`src/${path}: ${text}: ${cache[text]}`);
  for (const fault of faults) console.error(fault);
  console.error(`${seen.size} regular expressions, ${faults.length} faults`);
  process.exitCode = faults.length > 0 ? 1 : 0;
}

function readCache() {
  try {
    return JSON.parse(readFileSync(cacheFile, 'utf8'));
  } catch {
    return {};
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await main();
