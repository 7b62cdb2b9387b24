// What is neither compiled nor bundled: catalog data, the oracle's expression, templates, USAGE texts.
import { cpSync, existsSync, readdirSync } from 'node:fs';

/** Copies the data below a folder, where compiled or bundled modules look for it. */
export function copyData(folder) {
  const paths = readdirSync('catalog')
    .filter(name => name.endsWith('.json'))
    .map(name => `catalog/${name}`);
  paths.push('oracle/packages.nix');
  for (const generator of readdirSync('generators')) {
    paths.push(`generators/${generator}/templates`, `generators/${generator}/USAGE`);
  }
  for (const path of paths.filter(existsSync)) cpSync(path, `${folder}/${path}`, { recursive: true });
}
