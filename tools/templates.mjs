// Checks and compiles the templates at build time: compiling them when a command starts would double its run time.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import ejs from 'ejs';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Escapes what is not ASCII, which is only in strings: one such character makes V8 keep the whole file in two bytes a character. */
const ascii = code => code.replace(/[^\x00-\x7f]/g, unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** The interface of src/render/view.ts that a template is written against. */
const interfaceOf = name => (name.startsWith('ci/') ? 'PipelineView' : 'View');

/** The names of each interface, taken from the view of a project with the default answers. */
async function members() {
  const [{ gatherAnswers }, { checkProject }, { findRelease, pinOf }, { pipelineViewOf, viewOf }, { pipelineAnswers }] =
    await Promise.all(
      ['model/interview', 'model/project', 'catalog/releases', 'render/render', 'render/view'].map(
        module => import(`../dist/src/${module}.js`),
      ),
    );
  const today = new Date();
  const pin = async nixpkgs => pinOf(findRelease(nixpkgs));
  const { project } = checkProject(await gatherAnswers([], { defaults: true, pin }, { today, folder: 'hello' }));
  const ofPipeline = Object.fromEntries(
    [...pipelineAnswers, 'module', 'services', 'processes', 'place'].map(name => [name, project[name]]),
  );
  return { View: Object.keys(viewOf(project)), PipelineView: Object.keys(pipelineViewOf(ofPipeline)) };
}

/**
 * The templates below a folder.
 * @param debug with statements that set `__line` to the line of the template
 * @returns for each its name without `.ejs`, the code that ejs generates, and the names of the view that it uses
 */
async function read(folder, { debug = false } = {}) {
  const known = await members();
  const { options } = await import('../dist/src/render/template.js');
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => relative(folder, join(entry.parentPath, entry.name)).replace(/\.ejs$/, ''))
    .sort()
    .map(name => {
      const text = readFileSync(join(folder, `${name}.ejs`), 'utf8');
      const template = new ejs.Template(text, { ...options(name), _with: false, compileDebug: debug });
      template.compile();
      const used = known[interfaceOf(name)].filter(member => new RegExp(`\\b${member}\\b`).test(template.source));
      return { name, code: ascii(template.source), used };
    });
}

/** The TypeScript of one template, as the compiler checks it in a file of that path. */
function typed({ name, code, used }, file) {
  const view = relative(dirname(resolve(file)), join(root, 'src/render/view.ts'));
  const withTypes = code
    .replace('var __output = "";', 'var __output: string = "";')
    .replace('function __append(s)', 'function __append(s: string)');
  return `import type { ${interfaceOf(name)} as V } from './${view}';
export function render(view: V, escapeFn: (value: string | number | { readonly verbatim: string }) => string): string {
let __line = 1;
const { ${used.join(', ')} } = view;
${withTypes}}
`;
}

const compilerOptions = {
  noEmit: true,
  strict: true,
  target: 'es2023',
  // Without the names of a browser: `name` and `status` are mistakes.
  lib: ['es2023'],
  types: ['node'],
  module: 'nodenext',
  skipLibCheck: true,
  noUncheckedIndexedAccess: true,
  allowImportingTsExtensions: true,
};

/**
 * Type-checks the templates below a folder against the interfaces of src/render/view.ts.
 * @param output where the code to check is written
 * @returns the errors of the compiler, each with the template and its line (`BUILD.bazel.ejs:12: …`); empty if there are none
 */
export async function templateErrors(folder, output = 'dist/check-templates') {
  rmSync(output, { recursive: true, force: true });
  for (const template of await read(folder, { debug: true })) {
    const file = join(output, `${template.name}.ejs.ts`);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, typed(template, file));
  }
  const config = join(output, 'tsconfig.json');
  writeFileSync(config, JSON.stringify({ compilerOptions, include: ['**/*.ts'] }));
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(root, 'node_modules/typescript/bin/tsc'), '-p', config, '--pretty', 'false'],
    { encoding: 'utf8' },
  );
  if (status !== 0 && stdout === '') throw new Error(`tsc failed: ${stderr}`);
  return stdout
    .split('\n')
    .filter(Boolean)
    .map(line =>
      line.replace(/^(.*)\.ts\((\d+),\d+\): error /, (_, path, at) => {
        const before = readFileSync(resolve(`${path}.ts`), 'utf8')
          .split('\n')
          .slice(0, at)
          .join('\n');
        const [, templateLine] = [...before.matchAll(/__line = (\d+)/g)].at(-1);
        return `${relative(resolve(output), resolve(path))}:${templateLine}: `;
      }),
    );
}

/** The text of the module that replaces dist/src/render/template.js in the bundle. Needs a compiled dist/. */
export async function compiledTemplates(folder = 'generators/app/templates') {
  const { quoted } = await import('../dist/src/render/template.js');
  const functions = (await read(folder)).map(
    ({ name, code, used }) => `${JSON.stringify(name)}({ ${used.join(', ')} }, escapeFn) {\n${code}}`,
  );
  return `'use strict';
const templates = {
${functions.join(',\n')},
};
${quoted}
exports.template = name => view => templates[name](view, quoted);
`;
}
