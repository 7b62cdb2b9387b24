// Measures what an image costs beside Bazel: Nix's part, loading it into podman, pushing it to a registry. Writes the table of docs/image.md.
// The packages are those of the tests, and the same with real libraries of this machine. Two doubles take part: nixpkgs and rules_oci.
// Usage: npm run figures:image -- MEGABYTES… (needs Debian's docker-registry, and overlayfs)
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { environment, hosts, leave, must, nixpkgsOf, provision, repository, tidy, work } from './host.ts';
import { Project } from './project.ts';
import { writeTable } from './pypi-page.ts';
import { startRegistry } from './registry.ts';
import { answer, freePort, stop } from './service.ts';

const [host, newest] = hosts as [(typeof hosts)[number], (typeof hosts)[number]];
const parts = 10;

/** Libraries of this machine as ten store paths, for nix/overrides.nix. */
const ballast = (megabytes: number): string => `
  systemPackages = pkgs: map (part: pkgs.runCommand "ballast-\${toString part}" { } ''
    mkdir -p $out/share/ballast-\${toString part}
    find /usr/lib -xdev -type f -size -50M -printf '%s %p\\n' | LC_ALL=C sort -k2 | gawk -v part=\${toString part} '
      { sum += $1 } int(sum / ${(megabytes * 1e6) / parts}) == part { print $2 }' | while read -r file; do
      cp --parents "$file" $out/share/ballast-\${toString part}/
    done
  '') (builtins.genList (part: part) ${parts});
}
`;

/** A docker for PATH: podman with overlayfs, since its plain driver would copy the image below each layer. */
function shim(): Record<string, string> {
  const { PATH = '', ...env } = environment(host);
  const folder = `${work}/figures-bin`;
  mkdirSync(folder, { recursive: true });
  const text = readFileSync(join(repository, 'test/e2e/host/docker'), 'utf8').replace('driver vfs', 'driver overlay');
  writeFileSync(join(folder, 'docker'), text, { mode: 0o755 });
  return { ...env, PATH: `${folder}:${PATH}`, E2E_CONTAINERS: `${work}/overlay` };
}

/** Runs a program; returns wall-clock and processor seconds as a cell of the table. */
function timed(program: string, ...args: string[]): string {
  const code = `import resource, subprocess, sys, time
start = time.monotonic()
subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
usage = resource.getrusage(resource.RUSAGE_CHILDREN)
print(f"{time.monotonic() - start:.1f} (processor {usage.ru_utime + usage.ru_stime:.1f})")`;
  const { status, stdout, stderr } = spawnSync('/usr/bin/python3', ['-c', code, program, ...args], {
    encoding: 'utf8',
    env: shim(),
  });
  assert.equal(status, 0, `${program} ${args.join(' ')}\n${stderr}`);
  return stdout.trim();
}

const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(bytes < 1e6 ? 2 : 1);

const bytesBelow = (folder: string): { count: number; bytes: number } => {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter(entry => entry.isFile());
  const bytes = files.reduce((sum, file) => sum + statSync(join(file.parentPath, file.name)).size, 0);
  return { count: files.length, bytes };
};

/** The cells of one column. */
async function measure(added: number): Promise<string[]> {
  // The project of a Bazel that this machine does not have, for its OCI layout.
  const answers = ['--nixpkgs', `file://${nixpkgsOf(newest)}`, '--python', '3.11', '--bazel', newest.bazel];
  const project = new Project(host, `figures-${added}`, answers);
  if (added > 0) project.write('nix/overrides.nix', project.read('nix/overrides.nix').replace(/\}\n$/, ballast(added)));
  const expression = `with import ./nix/nixpkgs.nix { }; [ project.python.runtime skopeo ] ++ project.settings.systemPackages`;
  await project.must(`nix-build --no-out-link --expr '${expression}'`);
  const store = new Set(readdirSync('/nix/store'));
  const built = timed('nix-build', project.path('nix/nixpkgs.nix'), '-A', 'project.image.oci', '--no-out-link');
  const made = readdirSync('/nix/store').filter(name => !store.has(name) && /hello-base(?!.*\.drv$)/.test(name));
  const inStore = made.reduce(
    (sum, name) => sum + (statSync(`/nix/store/${name}`).isFile() ? 0 : bytesBelow(`/nix/store/${name}`).bytes),
    0,
  );
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
  const linked = bytesBelow(first).bytes;
  const loaded = load(first);
  const again = load(second);
  const port = await freePort();
  const began = performance.now();
  timed('docker', 'run', '--detach', '--rm', '--name', 'figures', '--env', `PORT=${port}`, 'hello:latest');
  await answer(port);
  const started = ((performance.now() - began) / 1000).toFixed(1);
  timed('docker', 'stop', 'figures');

  const blobs = `${work}/registry-${added}`;
  mkdirSync(`${blobs}/images`, { recursive: true });
  const registry = await startRegistry(blobs);
  const push = (image: string): string => {
    const before = bytesBelow(`${blobs}/images`);
    const options = ['--insecure-policy', 'copy', '--dest-tls-verify=false'];
    const took = timed('skopeo', ...options, `oci:${image}`, `docker://${registry.name}/hello:latest`);
    return `${took}, ${megabytes(bytesBelow(`${blobs}/images`).bytes - before.bytes)} MB`;
  };
  const pushed = [push(first), push(second)];
  await stop(registry.server);
  return [megabytes(size), built, megabytes(inStore), megabytes(linked), loaded, again, started, ...pushed];
}

const rows = [
  'megabytes of the base, unpacked',
  'Nix makes the layout: seconds',
  'megabytes that this adds to the Nix store',
  'megabytes of the image in bazel-out',
  'first `//image:load`: seconds',
  'the same after a changed line',
  'from there to the first answer',
  'first push: seconds and megabytes',
  'the same after a changed line',
];
provision();
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
