// The templates as functions, checked and compiled at build time: compiling them takes as long as all the rest of a run.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import ejs from 'ejs';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Escaped in strings, the only places where others are: what is not ASCII makes Node hold the whole file in twice the memory. */
const ascii = code => code.replace(/[^\x00-\x7f]/g, unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** The interface of src/render/view.ts that a template is written against. */
const interfaceOf = name => (name.startsWith('ci/') ? 'PipelineView' : 'View');

/** The names that each interface has, by a project with the default answers. */
async function members() {
  const [{ gatherAnswers }, { checkProject }, { findRelease, pinOf }, { pipelineViewOf, viewOf }, { pipelineAnswers }] =
    await Promise.all(
      ['model/answers', 'model/project', 'catalog/releases', 'render/render', 'render/view'].map(
        module => import(`../dist/src/${module}.js`),
      ),
    );
  const today = new Date();
  const pin = async nixpkgs => pinOf(findRelease(nixpkgs));
  const { project } = checkProject(await gatherAnswers([], { defaults: true, pin }, { today, folder: 'hello' }), today);
  const ofPipeline = Object.fromEntries([...pipelineAnswers, 'module', 'services'].map(name => [name, project[name]]));
  return { View: Object.keys(viewOf(project)), PipelineView: Object.keys(pipelineViewOf(ofPipeline)) };
}

/**
 * The templates below a folder: name without `.ejs`, the code that ejs makes of it, and the names of the view that it uses.
 */
async function read(folder) {
  const known = await members();
  const { options } = await import('../dist/src/render/template.js');
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => relative(folder, join(entry.parentPath, entry.name)).replace(/\.ejs$/, ''))
    .sort()
    .map(name => {
      const text = readFileSync(join(folder, `${name}.ejs`), 'utf8');
      const template = new ejs.Template(text, { ...options(name), _with: false, compileDebug: false });
      template.compile();
      const used = known[interfaceOf(name)].filter(member => new RegExp(`\\b${member}\\b`).test(template.source));
      return { name, code: ascii(template.source), used };
    });
}

/**
 * Type-checks the templates below a folder against the views of src/render/view.ts.
 * @param place where the code that is checked may be written
 * @returns what the compiler complains about, a line each, under the templates' names; empty if all is well
 */
export async function templateFaults(folder, place = 'dist/check-templates') {
  rmSync(place, { recursive: true, force: true });
  for (const { name, code, used } of await read(folder)) {
    const file = join(place, `${name}.ejs.ts`);
    mkdirSync(dirname(file), { recursive: true });
    const view = relative(resolve(dirname(file)), join(root, 'src/render/view.ts'));
    writeFileSync(
      file,
      `import type { ${interfaceOf(name)} as V } from './${view}';
export function render(view: V, escapeFn: (value: string | number) => string): string {
const { ${used.join(', ')} } = view;
${code.replace('var __output = "";', 'var __output: string = "";').replace('function __append(s)', 'function __append(s: string)')}}
`,
    );
  }
  const config = join(place, 'tsconfig.json');
  writeFileSync(
    config,
    JSON.stringify({
      compilerOptions: {
        ...{ noEmit: true, strict: true, target: 'es2023', module: 'nodenext', types: ['node'], skipLibCheck: true },
        ...{ noUncheckedIndexedAccess: true, allowImportingTsExtensions: true },
      },
      include: ['**/*.ts'],
    }),
  );
  const { stdout } = spawnSync(
    process.execPath,
    [join(root, 'node_modules/typescript/bin/tsc'), '-p', config, '--pretty', 'false'],
    {
      encoding: 'utf8',
    },
  );
  return stdout
    .split('\n')
    .filter(Boolean)
    .map(line =>
      line.replace(/^(.*)\.ts\(\d+,\d+\): error /, (_, path) => `${relative(resolve(place), resolve(path))}: `),
    );
}

/** The text of the module that stands for the compiled src/render/template.js, which has to be there already. */
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
