// The templates as functions: to compile them takes as long as all the rest of a run.
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import ejs from 'ejs';

const folder = 'generators/app/templates';

/** Escaped in strings, the only places where others are: what is not ASCII makes Node hold the whole file in twice the memory. */
const ascii = code => code.replace(/[^\x00-\x7f]/g, unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** The text of the module that stands for the compiled src/render/template.js, which has to be there already. */
export async function compiledTemplates() {
  const { options, quoted } = await import('../dist/src/render/template.js');
  const names = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => relative(folder, join(entry.parentPath, entry.name)).replace(/\.ejs$/, ''))
    .sort();
  const functions = names.map(name => {
    const text = readFileSync(join(folder, `${name}.ejs`), 'utf8');
    const template = new ejs.Template(text, { ...options(name), compileDebug: false });
    template.compile();
    return `${JSON.stringify(name)}(locals, escapeFn) {\n${ascii(template.source)}}`;
  });
  // Without "use strict": ejs reads the names in a template by `with`.
  return `const templates = {
${functions.join(',\n')},
};
${quoted}
exports.template = name => view => templates[name](Object.assign(Object.create(null), view), quoted);
`;
}
