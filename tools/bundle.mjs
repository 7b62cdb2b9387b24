// Bundles what is shipped into lib/. The sources are those that tests compile into dist/; starting is what costs.
//   main.cjs               switches Node's compile cache on, and starts the command
//   start.cjs              our modules that a start and `new` for a new folder need, thus never more than that
//   later.cjs              all our other modules, each set up when it is first wanted
//   templates.cjs          the templates, compiled
//   vendor/*.cjs           heavy libraries, each loaded by the first module that needs it
//   generators/*/index.js  the Yeoman entries
// CommonJS but for the entries: Node takes longer to start an ES module, and loads what such a module imports at once.
import { chmodSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { build } from 'esbuild';
import { copyData } from './data.mjs';
import { licensesOf } from './licenses.mjs';
import { compiledTemplates } from './templates.mjs';

const out = 'lib';
const first = ['src/cli/start.ts', 'src/commands/new.ts'];
const entries = readdirSync('generators', { withFileTypes: true })
  .filter(entry => entry.isDirectory())
  .map(({ name }) => `generators/${name}/index.ts`);

/** The libraries that stand apart, and what we use of them. */
const heavy = {
  '@inquirer/prompts': 'checkbox, confirm, input, search, select',
  diff: 'createTwoFilesPatch, FILE_HEADERS_ONLY',
  'tar-stream': 'extract',
  'toml-eslint-parser': 'getStaticTOMLValue, ParseError, parseTOML',
  undici: 'EnvHttpProxyAgent, interceptors, request',
};
const vendored = name => `vendor/${name.replace(/^@/, '').replaceAll('/', '-')}.cjs`;

/** What npm installs. */
const external = Object.keys(JSON.parse(readFileSync('package.json', 'utf8')).dependencies);

const common = {
  bundle: true,
  platform: 'node',
  target: 'node20.17',
  // Readable as it is: minifying it would save a millisecond, and cost what --verbose shows.
  minify: false,
  legalComments: 'none',
  metafile: true,
  logLevel: 'warning',
};

/** One CommonJS file of lib/ with these exports. */
const file = (name, contents, plugins = []) =>
  build({
    ...common,
    stdin: { contents, resolveDir: '.', sourcefile: `${name}.ts`, loader: 'ts' },
    outfile: join(out, name),
    format: 'cjs',
    supported: { 'dynamic-import': false },
    external,
    plugins,
  });

/** The templates and the heavy libraries are loaded from files of their own. */
const apart = {
  name: 'apart',
  setup({ onResolve }) {
    onResolve({ filter: /^\.\/template\.ts$/ }, () => ({ path: './templates.cjs', external: true }));
    const names = new RegExp(`^(${Object.keys(heavy).join('|')})$`);
    onResolve({ filter: names }, ({ path }) => ({ path: `./${vendored(path)}`, external: true }));
  },
};

/** A module of ours finds its data beside itself. In the bundle it is told where it would be: below lib/. */
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

/** Modules of ours that are in another file of lib/, which exports them by their paths. */
const elsewhere = (name, isThere) => ({
  name,
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^\..*\.ts$/ }, ({ path, resolveDir }) => {
      const module = relative('.', join(resolveDir, path));
      return isThere(module) ? { path: module, namespace: name } : undefined;
    });
    onResolve({ filter: /\.cjs$/, namespace: name }, ({ path }) => ({ path, external: true }));
    onLoad({ filter: /^/, namespace: name }, ({ path }) => ({
      contents: `module.exports = require('./${name}')[${JSON.stringify(path)}];`,
    }));
  },
});

/** Yeoman's entries get what stands behind them, which is CommonJS. */
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

/** Our modules by their paths: those that each imports, and how. */
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
    Object.entries(metafile.inputs).map(([path, { imports }]) => [path, imports.filter(({ external }) => !external)]),
  );
}

/** Bundles into lib/, which is made anew. */
export async function bundle() {
  rmSync(out, { recursive: true, force: true });
  const imports = await graph();
  const atStart = staticallyFrom(first, imports);
  const later = new Set([...imports.keys()].filter(path => !atStart.has(path) && !entries.includes(path)));
  const wanted = (by, from) =>
    [...from].filter(path => [...by].some(module => imports.get(module).some(({ path: wanted }) => wanted === path)));

  // What one file throws, another has to know: each module is in one file, and the others get it from there.
  const ofStart = elsewhere('start.cjs', path => atStart.has(path));
  const ofLater = elsewhere('later.cjs', path => later.has(path));
  const results = await Promise.all([
    file('main.cjs', "#!/usr/bin/env node\nimport './src/cli/main.ts';", [ofStart]),
    file('start.cjs', exporting([first[0], ...wanted(later, atStart)]), [ofLater, apart, places]),
    file('later.cjs', exporting(wanted([...atStart, ...entries], later)), [ofStart, apart, places]),
    ...Object.entries(heavy).map(([name, names]) => file(vendored(name), `export { ${names} } from '${name}';`)),
    build({ ...common, entryPoints: entries, outdir: out, outbase: '.', format: 'esm', external, plugins: [yeoman] }),
  ]);
  writeFileSync(join(out, 'templates.cjs'), await compiledTemplates());
  chmodSync(join(out, 'main.cjs'), 0o755);
  copyData(out);
  writeFileSync(join(out, 'THIRD-PARTY-LICENSES'), licensesOf(results.flatMap(({ metafile }) => shipped(metafile))));
}

/** The modules that these load at once, themselves among them. */
function staticallyFrom(paths, imports, found = new Set()) {
  for (const path of paths.filter(path => !found.has(path))) {
    found.add(path);
    const next = imports.get(path).filter(({ kind }) => kind !== 'dynamic-import');
    staticallyFrom(
      next.map(({ path }) => path),
      imports,
      found,
    );
  }
  return found;
}

/** A module that exports others by their paths, each set up when it is first read. */
const exporting = paths =>
  `module.exports = {\n${[...new Set(paths)].map(path => `get '${path}'() { return require('./${path}'); },`).join('\n')}\n};`;

/** The modules of which something is in the bundle. */
const shipped = ({ outputs }) =>
  Object.values(outputs).flatMap(({ inputs }) => Object.keys(inputs).filter(path => inputs[path].bytesInOutput > 0));
