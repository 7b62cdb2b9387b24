// Bundles src/ into lib/, which is shipped: loading modules is what start-up costs.
//   main.cjs               switches Node's compile cache on, and starts the command
//   start.cjs              the modules that start-up, `new` in a new folder and completion need, and no others, in one scope
//   later.cjs              all other modules, each evaluated on first use
//   templates.cjs          the templates, compiled
//   vendor/*.cjs           libraries, each loaded on first use
//   generators/*/index.js  the Yeoman entries
// All but the entries are CommonJS: ES modules take Node longer to load, and load their imports at once.
import { chmodSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { build } from 'esbuild';
import { copyData } from './data.mjs';
import { licensesOf, packagesOf } from './licenses.mjs';
import { compiledTemplates } from './templates.mjs';

const out = 'lib';
// Completion runs for each Tab.
const first = ['src/cli/start.ts', 'src/commands/new.ts', 'src/cli/print-candidates.ts'];
const entries = readdirSync('generators', { withFileTypes: true })
  .filter(entry => entry.isDirectory())
  .map(({ name }) => `generators/${name}/index.ts`);

/** The libraries with files of their own, and the exports in use. */
const libraries = {
  '@inquirer/prompts': 'checkbox, confirm, input, search, select',
  '@renovatebot/pep440': 'compare, explain, gt, lt, valid',
  diff: 'createTwoFilesPatch, FILE_HEADERS_ONLY',
  'fast-wrap-ansi': 'wrapAnsi',
  'fastest-levenshtein': 'distance',
  'smol-toml': 'parse',
  'tar-stream': 'extract',
  'toml-eslint-parser': 'getStaticTOMLValue, ParseError, parseTOML',
  yaml: 'isNode, LineCounter, parseDocument',
  undici: 'EnvHttpProxyAgent, interceptors, request',
};
const vendored = name => `vendor/${name.replace(/^@/, '').replaceAll('/', '-')}.cjs`;

/** The packages that npm installs. */
const external = Object.keys(JSON.parse(readFileSync('package.json', 'utf8')).dependencies);

const common = {
  bundle: true,
  platform: 'node',
  target: 'node20.17',
  // Minifying would save a millisecond, and make the stack traces of --verbose unreadable.
  minify: false,
  legalComments: 'none',
  metafile: true,
  logLevel: 'warning',
};

/** Builds one CommonJS file of lib/ from the text of its entry module. */
const file = (name, contents, plugins = [], options = {}) =>
  build({
    ...common,
    stdin: { contents, resolveDir: '.', sourcefile: `${name}.ts`, loader: 'ts' },
    outfile: join(out, name),
    format: 'cjs',
    supported: { 'dynamic-import': false },
    external,
    plugins,
    ...options,
  });

/** What is in a file of its own: each library, and the templates. */
const apart = {
  ...Object.fromEntries(
    Object.entries(libraries).map(([name, names]) => [name, { path: `./${vendored(name)}`, names }]),
  ),
  './template.ts': { path: './templates.cjs', names: 'template' },
};
const isApart = new RegExp(`^(${Object.keys(apart).join('|').replaceAll('.', '\\.')})$`);

/** Loads these files when a module that imports them is evaluated. */
const loadOnImport = {
  name: 'load-on-import',
  setup({ onResolve }) {
    onResolve({ filter: isApart }, ({ path }) => ({ path: apart[path].path, external: true }));
  },
};

/** Loads these files when one of their functions is first called: start.cjs evaluates all its modules. */
const loadOnCall = {
  name: 'load-on-call',
  setup({ onResolve, onLoad }) {
    const namespace = 'load-on-call';
    onResolve({ filter: isApart }, ({ path }) => ({ path, namespace }));
    onLoad({ filter: /^/, namespace }, ({ path: key }) => {
      const { path, names } = apart[key];
      if (/\b[A-Z]/.test(names)) throw new Error(`${key}: classes and constants cannot be loaded on call`);
      const functions = names.split(', ').map(name => `export const ${name} = (...args) => load().${name}(...args);`);
      // `require` costs a microsecond or two, and some are called ten thousand times.
      const load = `let loaded;\nconst load = () => (loaded ??= require('${path}'));`;
      return { contents: [load, ...functions].join('\n') };
    });
    onResolve({ filter: /^/, namespace }, ({ path }) => ({ path, external: true }));
  },
};

/** Modules read data beside themselves: replaces `import.meta.dirname` by the folder below lib/. */
const places = {
  name: 'places',
  setup({ onLoad }) {
    onLoad({ filter: /\.ts$/ }, ({ path }) => {
      const contents = readFileSync(path, 'utf8');
      if (contents.includes('import.meta.url')) throw new Error(`${path}: only import.meta.dirname can be bundled`);
      const folder = `require('node:path').join(__dirname, ${JSON.stringify(dirname(relative('.', path)))})`;
      return { contents: contents.replaceAll('import.meta.dirname', folder), loader: 'ts' };
    });
  },
};

/** Imports modules from a file of lib/, which exports them by path, if `has(path, kind)`. */
const importFrom = (name, has) => ({
  name,
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^\..*\.ts$/ }, ({ path, resolveDir, kind }) => {
      const module = relative('.', join(resolveDir, path));
      return has(module, kind) ? { path: module, namespace: name } : undefined;
    });
    onResolve({ filter: /\.cjs$/, namespace: name }, ({ path }) => ({ path, external: true }));
    onLoad({ filter: /^/, namespace: name }, ({ path }) => ({
      contents: `module.exports = require('./${name}')[${JSON.stringify(path)}];`,
    }));
  },
});

/** The Yeoman entries import their generator from later.cjs. */
const yeoman = {
  name: 'yeoman',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /\/yeoman\/generator\.ts$/ }, () => ({ path: 'src/yeoman/generator.ts', namespace: 'yeoman' }));
    onResolve({ filter: /\.cjs$/, namespace: 'yeoman' }, ({ path }) => ({ path, external: true }));
    onLoad({ filter: /^/, namespace: 'yeoman' }, ({ path }) => ({
      contents: `import later from '../../later.cjs';\nexport const { yeomanGenerator } = later['${path}'];`,
    }));
  },
};

/** For each source file, its imports and their kinds. */
async function graph() {
  const { metafile } = await build({
    ...common,
    entryPoints: [...first, ...entries],
    packages: 'external',
    format: 'esm',
    splitting: true,
    outdir: out,
    write: false,
  });
  return new Map(
    Object.entries(metafile.inputs).map(([path, { imports }]) => [path, imports.filter(item => !item.external)]),
  );
}

/**
 * Deletes lib/ and bundles into it.
 * @param options further options of esbuild for the files that hold src/
 */
export async function bundle(options = {}) {
  rmSync(out, { recursive: true, force: true });
  const imports = await graph();
  const atStart = staticallyFrom(first, imports);
  const later = new Set([...imports.keys()].filter(path => !atStart.has(path) && !entries.includes(path)));
  const wanted = (by, from, isWanted = () => true) =>
    [...from].filter(path =>
      [...by].some(module => imports.get(module).some(item => item.path === path && isWanted(item.kind))),
    );
  const isDynamic = kind => kind === 'dynamic-import';

  // Each module is in one file only: a class that is thrown in one file has to be the same class in another.
  const ofStart = importFrom('start.cjs', path => atStart.has(path));
  const ofLater = importFrom('later.cjs', path => later.has(path));
  // esbuild would put functions around what is imported dynamically and all that it imports, and V8 parses the body of a
  // function twice.
  const ofItself = importFrom('start.cjs', (path, kind) => isDynamic(kind) && atStart.has(path));
  const startExports = exporting([first[0], ...wanted(later, atStart), ...wanted(atStart, atStart, isDynamic)]);
  const results = await Promise.all([
    file('main.cjs', "#!/usr/bin/env node\nimport './src/cli/main.ts';", [ofStart], options),
    file('start.cjs', startExports, [ofItself, ofLater, loadOnCall, places], options),
    file(
      'later.cjs',
      exportingLazily(wanted([...atStart, ...entries], later)),
      [ofStart, loadOnImport, places],
      options,
    ),
    ...Object.entries(libraries).map(([name, names]) => file(vendored(name), `export { ${names} } from '${name}';`)),
    build({ ...common, entryPoints: entries, outdir: out, outbase: '.', format: 'esm', external, plugins: [yeoman] }),
  ]);
  writeFileSync(join(out, 'templates.cjs'), await compiledTemplates());
  chmodSync(join(out, 'main.cjs'), 0o755);
  copyData(out);
  // A library that only exports others' code has none of its own in the output.
  const entrances = Object.keys(libraries).map(name => `node_modules/${name}/`);
  const packages = packagesOf([...entrances, ...results.flatMap(({ metafile }) => shipped(metafile))]);
  writeFileSync(join(out, 'THIRD-PARTY-LICENSES'), licensesOf(packages));
  // For the SBOM, and for the tests.
  writeFileSync('dist/bundled.json', JSON.stringify(packages.map(({ name, version }) => ({ name, version }))));
}

/** These modules and all that they import statically. */
function staticallyFrom(paths, imports, found = new Set()) {
  for (const path of paths.filter(candidate => !found.has(candidate))) {
    found.add(path);
    const next = imports.get(path).filter(({ kind }) => kind !== 'dynamic-import');
    staticallyFrom(
      next.map(item => item.path),
      imports,
      found,
    );
  }
  return found;
}

/** The text of a module that exports others by path. */
function exporting(paths) {
  const modules = [...new Set(paths)].map((path, at) => ({ path, name: `module${at}` }));
  const imports = modules.map(({ path, name }) => `import * as ${name} from './${path}';`);
  return `${imports.join('\n')}\nexport { ${modules.map(({ path, name }) => `${name} as '${path}'`).join(', ')} };`;
}

/** The same, each evaluated on first use. */
const exportingLazily = paths =>
  `module.exports = {\n${[...new Set(paths)].map(path => `get '${path}'() { return require('./${path}'); },`).join('\n')}\n};`;

/** The modules with code in the output. */
const shipped = ({ outputs }) =>
  Object.values(outputs).flatMap(({ inputs }) => Object.keys(inputs).filter(path => inputs[path].bytesInOutput > 0));
