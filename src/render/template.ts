import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ejs from 'ejs';
import type { PipelineView, View } from './view.ts';

/** Renders one file from a view. */
export type Template = (view: PipelineView | View) => string;

/** How templates are compiled: here when first rendered, in the bundle at build time. */
export const options = (name: string) => ({ filename: name, escape: quoted });

const compiled = new Map<string, Template>();

/** The template of that name (without `.ejs`) in generators/app/templates. */
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
 * The escape function of `<%= %>`. The checks of a project exclude quotes, backslashes and line ends from all values; one that
 * has them would end a string in Nix, Starlark, TOML or the shell. What the view has written for its place is left as it is.
 * @throws Error for such a value
 */
export function quoted(value: unknown): string {
  if (typeof value === 'object' && value !== null && 'verbatim' in value) return String(value.verbatim);
  const text = String(value);
  if (/["'\\$`\p{Cc}]/u.test(text)) throw new Error(`unsafe value for a generated file: ${JSON.stringify(text)}`);
  return text;
}
