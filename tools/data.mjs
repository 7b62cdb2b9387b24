// Files that are neither compiled nor bundled: catalog data, the Nix expression, USAGE texts.
import { cpSync, existsSync, readdirSync, readFileSync } from 'node:fs';

/** Copies these files below a folder, where the compiled or bundled modules read them. */
export function copyData(folder) {
  const paths = readdirSync('src/catalog')
    .filter(name => /\.(json|txt)$/.test(name))
    .map(name => `src/catalog/${name}`);
  paths.push(
    'src/nix/query-packages.nix',
    ...readdirSync('generators').map(generator => `generators/${generator}/USAGE`),
  );
  for (const path of paths.filter(existsSync)) cpSync(path, `${folder}/${path}`);
  // Nix is asked by the very files that a project gets: one rule for which attribute a package has.
  for (const name of ['markers.nix', 'pep440.nix', 'python.nix']) {
    const template = `generators/app/templates/nix/${name}.ejs`;
    if (readFileSync(template, 'utf8').includes('<%'))
      throw new Error(`${template} must be plain Nix: Nix reads it as it is`);
    cpSync(template, `${folder}/src/nix/project/${name}`);
  }
}
