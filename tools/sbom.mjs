// Prints the SBOM of a release (CycloneDX): what npm installs with the package, as npm knows it, and what is in its bundle, which
// npm takes for tools of the development. Usage, after a build: node tools/sbom.mjs TARBALL
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const read = path => JSON.parse(readFileSync(`${root}${path}`, 'utf8'));

/**
 * The SBOM of the package.
 * @param all that of all packages of a checkout, as `npm sbom` prints it
 * @param locked these packages, as package-lock.json has them; npm's SBOM calls a package that two others need a tool if one of them is
 * @param bundled names and versions of those in the bundle
 * @param about name and license of this package (package.json), and the SHA-256 of its tarball
 * @throws if npm does not list a package that is shipped
 */
export function sbomOf(all, locked, bundled, { name, license, sha256 }) {
  const inBundle = new Set(bundled.map(item => `${item.name}@${item.version}`));
  const installed = Object.entries(locked)
    .filter(([path, { dev, devOptional }]) => path !== '' && !dev && !devOptional)
    .map(([path, { version }]) => `${path.split('node_modules/').at(-1)}@${version}`);
  const wanted = new Set([...installed, ...inBundle]);
  // Old versions of npm list a package as often as it is installed.
  const components = firstOfEach(all.components, component => component['bom-ref'])
    .filter(component => wanted.has(component['bom-ref']))
    .map(component => ({
      ...component,
      scope: 'required',
      properties: inBundle.has(component['bom-ref']) ? [{ name: 'cdx:npm:package:bundled', value: 'true' }] : [],
    }));
  const own = all.metadata.component['bom-ref'];
  const refs = new Set([own, ...components.map(component => component['bom-ref'])]);
  const missing = [...wanted].filter(ref => !refs.has(ref));
  if (missing.length > 0) throw new Error(`npm does not list what is shipped: ${missing.join(', ')}`);
  return {
    ...all,
    metadata: {
      ...all.metadata,
      component: {
        ...all.metadata.component,
        // npm takes the name of the folder.
        name,
        licenses: [{ license: { id: license } }],
        hashes: [{ alg: 'SHA-256', content: sha256 }],
      },
    },
    components,
    dependencies: firstOfEach(all.dependencies, ({ ref }) => ref)
      .filter(({ ref }) => refs.has(ref))
      .map(({ ref, dependsOn }) => ({
        ref,
        dependsOn: [...new Set([...dependsOn.filter(to => refs.has(to)), ...(ref === own ? inBundle : [])])],
      })),
  };
}

const firstOfEach = (items, keyOf) =>
  [...new Map(items.toReversed().map(item => [keyOf(item), item])).values()].toReversed();

if (process.argv[1] === import.meta.filename) {
  const [tarball] = process.argv.slice(2);
  const sha256 = createHash('sha256').update(readFileSync(tarball)).digest('hex');
  const { stdout } = spawnSync('npm', ['sbom', '--sbom-format=cyclonedx'], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const { packages } = read('package-lock.json');
  const sbom = sbomOf(JSON.parse(stdout), packages, read('dist/bundled.json'), { ...read('package.json'), sha256 });
  console.log(JSON.stringify(sbom, undefined, 2));
}
