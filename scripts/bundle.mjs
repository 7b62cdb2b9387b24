// Bundles what is shipped into lib/: the command, the generators, the data they read, and the licenses of what went in.
// The sources are those that tests compile into dist/. Dependencies of package.json stay outside, all others go in.
import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { build } from 'esbuild';
import { copyData } from './data.mjs';
import { licensesOf } from './licenses.mjs';

const out = 'lib';

/**
 * A module of ours finds its data beside itself. In the bundle it stands in a chunk instead, of which every one is in
 * lib/chunks/: from there it is told where it would be.
 */
const places = {
  name: 'places',
  setup({ onLoad }) {
    onLoad({ filter: /\.ts$/ }, ({ path }) => {
      const contents = readFileSync(path, 'utf8');
      const place = `new URL(${JSON.stringify(join('..', relative('.', path)))}, import.meta.url).href`;
      return { contents: contents.replaceAll('import.meta.url', place), loader: 'ts' };
    });
  },
};

/** Bundles into lib/, which is made anew. */
export async function bundle() {
  rmSync(out, { recursive: true, force: true });
  const { dependencies } = JSON.parse(readFileSync('package.json', 'utf8'));
  const { metafile, outputFiles } = await build({
    entryPoints: [
      'command/main.ts',
      ...readdirSync('generators', { withFileTypes: true })
        .filter(entry => entry.isDirectory())
        .map(({ name }) => `generators/${name}/index.ts`),
    ],
    outdir: out,
    outbase: '.',
    chunkNames: 'chunks/[name]-[hash]',
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.17',
    external: [...Object.keys(dependencies), ...builtinModules],
    plugins: [places],
    // Readable as it is: minifying it would save little, and cost what --verbose shows.
    minify: false,
    legalComments: 'none',
    metafile: true,
    write: false,
    logLevel: 'warning',
  });
  for (const { path, text } of outputFiles) {
    const name = relative('.', path);
    if (dirname(name) !== join(out, 'chunks') && text.includes('import.meta.url')) {
      throw new Error(`${name} holds a module that finds its data beside itself: it has to be in a chunk`);
    }
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, withRequire(text));
  }
  chmodSync(join(out, 'command/main.js'), 0o755);
  copyData(out);
  writeFileSync(join(out, 'THIRD-PARTY-LICENSES'), licensesOf(shipped(metafile)));
}

/** The modules of which something is in the bundle. */
const shipped = ({ outputs }) =>
  Object.values(outputs).flatMap(({ inputs }) => Object.keys(inputs).filter(path => inputs[path].bytesInOutput > 0));

/** CommonJS modules in the bundle load modules of Node when they want them. */
const withRequire = text =>
  text.includes('var __require =')
    ? `import { createRequire } from 'node:module';\nconst require = createRequire(import.meta.url);\n${text}`
    : text;
