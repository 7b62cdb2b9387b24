import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ejs from 'ejs';
import type { PipelineView, View } from './view.ts';

/** Writes one file, of what it is shown. */
export type Template = (view: PipelineView | View) => string;

/** How every template is compiled: here when it is first rendered, in what is shipped when that is built. */
export const options = (name: string) => ({ filename: name, escape: quoted });

const compiled = new Map<string, Template>();

/** The template of that name below generators/app/templates, without `.ejs`. */
export function template(name: string): Template {
  let found = compiled.get(name);
  if (!found) {
    const file = join(import.meta.dirname, `../../generators/app/templates/${name}.ejs`);
    found = ejs.compile(readFileSync(file, 'utf8'), options(name));
    compiled.set(name, found);
  }
  return found;
}

/**
 * What `<%= %>` prints. Every value is free of quotes, backslashes and line ends before it gets here, by the checks
 * of the project; a value that is not would end a string of Nix, Starlark, TOML or the shell, and stops the rendering.
 */
export function quoted(value: unknown): string {
  const text = String(value);
  if (/["'\\$`\p{Cc}]/u.test(text)) throw new Error(`not safe to write into a generated file: ${JSON.stringify(text)}`);
  return text;
}
