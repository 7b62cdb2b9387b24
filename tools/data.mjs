// What is neither compiled nor bundled: catalog data, the oracle's expression, USAGE texts.
import { cpSync, existsSync, readdirSync } from 'node:fs';

/** Copies these files below a folder, where compiled or bundled modules look for them. */
export function copyData(folder) {
  const paths = readdirSync('src/catalog')
    .filter(name => name.endsWith('.json'))
    .map(name => `src/catalog/${name}`);
  paths.push(
    'src/nix/query-packages.nix',
    ...readdirSync('generators').map(generator => `generators/${generator}/USAGE`),
  );
  for (const path of paths.filter(existsSync)) cpSync(path, `${folder}/${path}`);
}
