// The bundled packages, and their licenses, which have to be shipped with their code.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The packages of modules, by name: folder, name, version, license and so on.
 * @param inputs paths of the modules that went into the bundle; those outside of node_modules are this package's own
 * @throws if two versions of a package are bundled
 */
export function packagesOf(inputs) {
  const folders = new Set(inputs.map(folderOf).filter(folder => folder !== undefined));
  const packages = [...folders]
    .map(folder => ({ folder, ...JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) }))
    .sort((a, b) => (`${a.name}@${a.version}` < `${b.name}@${b.version}` ? -1 : 1));
  const twice = packages.find(({ name }, at) => packages[at - 1]?.name === name);
  if (twice) throw new Error(`${twice.name} is bundled in two versions: deduplicate them (npm dedupe)`);
  return packages;
}

/**
 * The text of THIRD-PARTY-LICENSES.
 * @throws if a package has no license text
 */
export function licensesOf(packages) {
  /** Names by license text: packages share texts. */
  const named = new Map();
  for (const { folder, name, version, license } of packages) {
    const files = readdirSync(folder).filter(file => /^(licen[cs]e|notice|copying)([.-]|$)/i.test(file));
    if (files.length === 0) throw new Error(`${name} ${version} (${license}) is bundled and has no license text`);
    const texts = files.sort().map(file => readFileSync(join(folder, file), 'utf8').replaceAll('\r\n', '\n').trim());
    const text = texts.join('\n\n');
    named.set(text, [...(named.get(text) ?? []), `${name} ${version} (${license})`]);
  }
  const parts = [...named].map(([text, names]) => `${names.join('\n')}\n\n${text}\n`);
  const line = `\n${'-'.repeat(80)}\n\n`;
  return `This package contains code of the packages below, each under the license that follows its name.\n${line}${parts.join(line)}`;
}

/** The folder of the package that a module belongs to; undefined for this package's own modules. */
function folderOf(path) {
  const at = path.lastIndexOf('node_modules/');
  if (at < 0) return undefined;
  const [first, second] = path.slice(at + 'node_modules/'.length).split('/');
  const folder = path.slice(0, at) + join('node_modules', first.startsWith('@') ? `${first}/${second}` : first);
  return existsSync(join(folder, 'package.json')) ? folder : undefined;
}
