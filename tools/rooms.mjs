// Checks that each room of src/ imports only rooms below it, and that no modules import each other in a circle. Types count too.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The rooms of src/, the lowest first. ARCHITECTURE.md says what each holds. */
// prettier-ignore
export const rooms = [
  'text', 'errors', 'process', 'pin', 'catalog', 'packaging', 'pyproject', 'lock', 'adopt', 'download', 'model', 'render', 'plan', 'fs', 'nix', 'resolve',
  'doctor', 'image', 'bazel', 'terminal', 'load', 'commands', 'cli', 'yeoman',
];

/** The rooms without disk, network, processes or terminal; but `render` reads the templates, in one module. */
const pure = ['text', 'errors', 'pin', 'packaging', 'pyproject', 'lock', 'adopt', 'model', 'render', 'plan'];
const readers = ['render/template.ts'];
const impure =
  /^(node:(fs|child_process|net|tls|http|https|http2|dns|readline|worker_threads|os)(\/.*)?|undici|@inquirer\/.*|yeoman-.*)$/;

/** Whatever a module imports: with `from`, for its effects, or when it runs; of types as well. */
const imported = /\b(?:from|import)\b\s*\(?\s*(['"])([^'"\n]+)\1/g;

/** The modules below a folder, with what each imports: a path relative to the folder, or the name of a package. */
export function importsBelow(folder) {
  const paths = readdirSync(folder, { recursive: true })
    .filter(path => path.endsWith('.ts'))
    .sort();
  return new Map(
    paths.map(path => {
      const specifiers = [...readFileSync(join(folder, path), 'utf8').matchAll(imported)].map(match => match[2]);
      return [
        path,
        specifiers.map(name => (name.startsWith('.') ? relative(folder, join(folder, dirname(path), name)) : name)),
      ];
    }),
  );
}

/** What is wrong with these imports, a sentence each. */
export function roomFaults(imports, order = rooms) {
  const roomOf = path => path.split('/')[0];
  const faults = [];
  for (const [path, targets] of imports) {
    const room = roomOf(path);
    if (!order.includes(room)) faults.push(`src/${path}: the room ${room} is not in the list of tools/rooms.mjs`);
    for (const target of targets) {
      if (target.startsWith('..')) {
        faults.push(`src/${path} imports ${target}, which is outside of src/`);
      } else if (order.indexOf(roomOf(target)) > order.indexOf(room)) {
        faults.push(`src/${path} imports src/${target}, but ${roomOf(target)} is above ${room}`);
      } else if (pure.includes(room) && impure.test(target) && !readers.includes(path)) {
        faults.push(`src/${path} imports ${target}, but ${room} is pure`);
      }
    }
  }
  return [...faults, ...circles(imports).map(circle => `import circle: ${circle.join(' → ')}`)];
}

/** Each circle once, from the module at which it was found. */
function circles(imports) {
  const found = [];
  const finished = new Set();
  const visit = (path, way) => {
    if (way.includes(path)) found.push([...way.slice(way.indexOf(path)), path]);
    if (finished.has(path) || way.includes(path)) return;
    for (const target of imports.get(path) ?? []) visit(target, [...way, path]);
    finished.add(path);
  };
  for (const path of imports.keys()) visit(path, []);
  return found;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const faults = roomFaults(importsBelow(fileURLToPath(new URL('../src', import.meta.url))));
  for (const fault of faults) console.error(fault);
  if (faults.length > 0) process.exitCode = 1;
}
