// Measures what an image costs beside Bazel: Nix's part, loading it into podman, pushing it to a registry. Writes the table of docs/image.md.
// The packages are those of the tests, and the same with real libraries of this machine. Two doubles take part: nixpkgs and rules_oci.
// Usage: npm run figures:image -- MEGABYTES… (needs Debian's docker-registry, and overlayfs)
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { environment, hosts, leave, must, nixpkgsOf, provision, repository, tidy, work } from './host.ts';
import { enlarge, imageInStore, inMegabytes, sizeOf, useOverlay } from './image-measures.ts';
import { Project } from './project.ts';
import { writeTable } from './pypi-page.ts';
import { startRegistry } from './registry.ts';
import { answer, freePort, stop } from './service.ts';

const [host, newest] = hosts as [(typeof hosts)[number], (typeof hosts)[number]];

/** Runs a program; returns wall-clock and processor seconds as a cell of the table. */
function timed(program: string, ...args: string[]): string {
  const code = `import resource, subprocess, sys, time
start = time.monotonic()
subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
usage = resource.getrusage(resource.RUSAGE_CHILDREN)
print(f"{time.monotonic() - start:.1f} (processor {usage.ru_utime + usage.ru_stime:.1f})")`;
  const { status, stdout, stderr } = spawnSync('/usr/bin/python3', ['-c', code, program, ...args], {
    encoding: 'utf8',
    env: environment(host),
  });
  assert.equal(status, 0, `${program} ${args.join(' ')}\n${stderr}`);
  return stdout.trim();
}

/** Loads an image as one archive of all its layers, as rules_oci's own oci_load writes it. */
function loadArchive(image: string, name: string): string {
  const folder = `${image}-archive`;
  mkdirSync(folder);
  const blob = (digest: string): string => `blobs/${digest.replace(':', '/')}`;
  const read = (path: string): unknown => JSON.parse(readFileSync(join(image, path), 'utf8'));
  const index = read('index.json') as { manifests: [{ digest: string }] };
  const { config, layers } = read(blob(index.manifests[0].digest)) as {
    config: { digest: string };
    layers: { digest: string }[];
  };
  const Layers = layers.map(layer => blob(layer.digest));
  writeFileSync(`${folder}/manifest.json`, JSON.stringify([{ Config: blob(config.digest), RepoTags: [name], Layers }]));
  symlinkSync(`${image}/blobs`, `${folder}/blobs`);
  return timed('sh', '-c', `tar --dereference -C ${folder} -c manifest.json blobs | docker load`);
}

/** The cells of one column. */
async function measure(added: number): Promise<string[]> {
  // The project of a Bazel that this machine does not have, for its OCI layout.
  const answers = ['--nixpkgs', `file://${nixpkgsOf(newest)}`, '--python', '3.11', '--bazel', newest.bazel];
  const project = new Project(host, `figures-${added}`, answers);
  if (added > 0) enlarge(project, added);
  // An image that the store does not have from an earlier run.
  const label = `[tool.nixpkgs.image]\nlabels = { run = "${basename(work)}" }\n`;
  project.write('pyproject.toml', `${project.read('pyproject.toml')}\n${label}`);
  const expression = `with import ./nix/nixpkgs.nix { }; [ project.python.runtime skopeo ] ++ project.settings.systemPackages`;
  await project.must(`nix-build --no-out-link --expr '${expression}'`);
  const there = imageInStore(host);
  const built = timed('nix-build', project.path('nix/nixpkgs.nix'), '-A', 'project.image.oci', '--no-out-link');
  const inStore = imageInStore(host) - there;
  const layout = await project.must('nix-build nix/nixpkgs.nix -A project.image.oci --no-out-link');
  const size = Number(readFileSync(`${layout}/size`, 'utf8').split(' ')[0]);

  /** The image on that layout, as oci_image makes it: links. */
  const imageWith = async (greeting: string): Promise<string> => {
    const folder = `${work}/image-${added}-${greeting}`;
    mkdirSync(folder);
    writeFileSync(`${folder}/hello.py`, project.read('hello.py').replace('Hello', greeting));
    writeFileSync(`${folder}/mtree`, `app/hello.py mode=0644 time=0 type=file content=${folder}/hello.py\n`);
    const tool = `python3 ${join(repository, 'test/e2e/rules/image_tool/image.py')}`;
    const settings = JSON.stringify({ Cmd: ['gunicorn', 'hello:app'], WorkingDir: '/app' });
    await must(host, folder, `PATH=/usr/bin; ${tool} tar layer.tar mtree`);
    await must(host, folder, `PATH=/usr/bin; ${tool} image image ${layout} '${settings}' layer.tar`);
    return `${folder}/image`;
  };
  const load = (image: string): string =>
    timed('/usr/bin/python3', project.path('image/load.py'), image, 'hello:latest');
  const [first, second] = [await imageWith('Hello'), await imageWith('Servus')];
  const linked = sizeOf(first).bytes;
  const loaded = load(first);
  const again = load(second);
  const port = await freePort();
  const began = performance.now();
  timed('docker', 'run', '--detach', '--rm', '--name', 'figures', '--env', `PORT=${port}`, 'hello:latest');
  await answer(port);
  const started = ((performance.now() - began) / 1000).toFixed(1);
  timed('docker', 'stop', 'figures');
  const archive = loadArchive(await imageWith('Ciao'), 'hello:latest');

  const blobs = `${work}/registry-${added}`;
  mkdirSync(`${blobs}/images`, { recursive: true });
  const registry = await startRegistry(blobs);
  const push = (image: string): string => {
    const count = (): ReturnType<typeof sizeOf> => sizeOf(`${blobs}/images/docker/registry/v2/blobs`);
    const before = existsSync(`${blobs}/images/docker`) ? count() : { count: 0, bytes: 0 };
    const options = ['--insecure-policy', 'copy', '--dest-tls-verify=false'];
    const took = timed('skopeo', ...options, `oci:${image}`, `docker://${registry.name}/hello:latest`);
    const after = count();
    return `${took}; ${after.count - before.count}, ${inMegabytes(after.bytes - before.bytes)} MB`;
  };
  const pushed = [push(first), push(second)];
  await stop(registry.server);
  return [
    inMegabytes(size),
    built,
    inMegabytes(inStore),
    inMegabytes(linked),
    loaded,
    again,
    archive,
    started,
    ...pushed,
  ];
}

const rows = [
  'megabytes of the base, unpacked',
  'Nix makes the layout: seconds',
  'megabytes that this adds to the Nix store',
  'megabytes of the image in bazel-out',
  'first `//image:load`: seconds',
  'the same after a changed line',
  'the same by an archive of all layers, for comparison',
  'from there to the first answer',
  'first push: seconds; blobs, with manifest and configuration',
  'the same after a changed line',
];
provision();
useOverlay(host);
try {
  const sizes = process.argv.slice(2).map(Number);
  const columns: string[][] = [];
  for (const size of sizes.length > 0 ? sizes : [0, 850]) columns.push(await measure(size));
  writeTable(
    'figures',
    [
      `| |${' |'.repeat(columns.length)}`,
      `|---|${'--:|'.repeat(columns.length)}`,
      ...rows.map((row, index) => `| ${row} | ${columns.map(column => column[index]).join(' | ')} |`),
    ],
    'docs/image.md',
  );
} finally {
  leave();
  tidy();
}
