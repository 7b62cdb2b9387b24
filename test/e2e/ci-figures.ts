// Measures what the pipeline of a generated project costs, without caches and with those of the run before, by this version of the
// generator and an older one in turn: the scripts of GitHub's job `test`, each on a new output folder of Bazel. Writes the table of
// docs/image.md. The package set and the rules are the doubles of each version's own end-to-end tests.
// Usage: npm run figures:ci -- CHECKOUT [MEGABYTES…] (of the older version, after `npm ci` and `npm run setup` in it;
// needs cpuacct of cgroup v1, for processor time)
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { providersUnderTest } from '../render/ci-providers.ts';
import { docker } from './container.ts';
import { hosts, leave, must, provision, repository, tidy, work } from './host.ts';
import { enlarge, imageInStore, inMegabytes, sizeOf, useOverlay } from './image-measures.ts';
import { doubles, flagsFor, Project } from './project.ts';
import { writeTable } from './pypi-page.ts';
import { answer, freePort } from './service.ts';

const host = hosts[1] as (typeof hosts)[number];

/** One version of the generator, with its doubles, and a project that it made. */
interface Version {
  readonly name: string;
  readonly project: Project;
  readonly home: string;
}

const spawn = (program: string, ...args: string[]): void => {
  const { status, stderr } = spawnSync(program, args, { encoding: 'utf8', maxBuffer: 2 ** 28 });
  assert.equal(status, 0, `${program} ${args.join(' ')}\n${stderr}`);
};

function versionOf(name: string, checkout: string, megabytes: number): Version {
  const place = `${name}-${megabytes}`;
  const nixpkgs = `${work}/nixpkgs-${name}.tar.gz`;
  cpSync(join(checkout, 'test/e2e/rules'), `${host.root}${work}/rules-${name}`, {
    recursive: true,
    verbatimSymlinks: true,
  });
  spawn(join(checkout, 'test/e2e/nixpkgs/pack.sh'), join(host.root, '..'), host.release, host.root + nixpkgs);
  cpSync(host.root + nixpkgs, nixpkgs);
  const project = new Project(host, place, null);
  const flags = flagsFor(host, ['--nixpkgs', `file://${nixpkgs}`, '--python', '3.11', '--bazel', host.bazel]);
  spawn(process.execPath, join(checkout, 'lib/main.cjs'), 'new', project.path(''), ...flags, '--ci', 'github');
  project.write('settings.bazelrc', doubles(host).replaceAll(`${work}/rules/`, `${work}/rules-${name}/`));
  if (megabytes > 0) enlarge(project, megabytes);
  const home = `${work}/home-${place}`;
  mkdirSync(host.root + home, { recursive: true });
  return { name, project, home };
}

const inHome = ({ home, project }: Version, command: string): Promise<string> =>
  project.must(`HOME=${home} USER_BAZELRC="$(cat settings.bazelrc)" ${command}`);

/** A control group, whose processor time has none of the machine's other work. */
const group = `/sys/fs/cgroup/cpuacct/${basename(work)}`;
const processorSeconds = (): number => Number(readFileSync(`${group}/cpuacct.usage`, 'utf8')) / 1e9;

interface Seconds {
  readonly clock: number;
  readonly processor: number;
}

const inSeconds = ({ clock, processor }: Seconds): string => `${clock.toFixed(0)} (${processor.toFixed(0)})`;

/** Runs the scripts of the job as on a new machine. */
async function runPipeline(version: Version): Promise<Seconds> {
  const { project } = version;
  const [began, used] = [performance.now(), processorSeconds()];
  for (const script of providersUnderTest.github.scripts(project.read('.github/workflows/ci.yml'), 'test')) {
    project.write('step.sh', script);
    await inHome(version, `sh -c 'echo $$ > ${group}/cgroup.procs; exec bash -eo pipefail step.sh'`);
  }
  return { clock: (performance.now() - began) / 1000, processor: processorSeconds() - used };
}

/** Ends Bazel, and deletes what a new machine has not: with `cold`, all caches and the Nix store too. */
async function renew(version: Version, cold: boolean): Promise<void> {
  const caches = `${host.root}${version.home}/.cache`;
  if (existsSync(`${caches}/bazel`)) await inHome(version, `nix-shell --run 'bazel shutdown'`);
  rmSync(cold ? caches : `${caches}/bazel`, { recursive: true, force: true });
  if (!cold) return;
  // Of runs whose projects were kept, too.
  await must(host, work, 'rm -f /nix/var/nix/gcroots/auto/* && nix-store --gc');
}

interface Figures {
  readonly cold: Seconds;
  readonly warm: Seconds;
  readonly store: number;
  readonly output: number;
  readonly saved: number;
}

async function measure(version: Version): Promise<Figures> {
  const { project, home } = version;
  await renew(version, true);
  const cold = await runPipeline(version);
  const base = await inHome(version, `nix-shell --run 'echo $(bazel info bazel-bin 2>/dev/null)/image/base'`);
  const figures = { store: imageInStore(host), output: sizeOf(host.root + base).bytes };
  await renew(version, false);
  for (const file of ['hello.py', 'hello_test.py']) project.edit(file, 'Hello', 'Servus');
  const saved = sizeOf(`${host.root}${home}/.cache/bazel-disk`).bytes;
  const warm = await runPipeline(version);
  // What Bazel has fetched would keep its store paths.
  await renew(version, false);
  return { cold, warm, saved, ...figures };
}

/** From a changed line to the first answer of its container, with the Bazel that is still there: seconds. */
async function restart(version: Version): Promise<number> {
  const { project } = version;
  await inHome(version, `nix-shell --run 'bazel build //image:size && bazel run //image:load'`);
  project.edit('hello.py', 'Servus', 'Servas');
  const port = await freePort();
  const began = performance.now();
  await inHome(version, `nix-shell --run 'bazel run //image:load'`);
  docker('run', '--detach', '--rm', '--name', 'figures', '--env', `PORT=${port}`, 'hello:latest');
  try {
    await answer(port);
    return (performance.now() - began) / 1000;
  } finally {
    docker('stop', 'figures');
  }
}

const [checkout, ...sizes] = process.argv.slice(2);
assert.ok(checkout, 'usage: npm run figures:ci -- CHECKOUT [MEGABYTES…]');
const rows = [
  'without caches: seconds (of the processors)',
  'with caches, after a changed line',
  'megabytes of the image in the Nix store',
  'megabytes of its base in bazel-out',
  "megabytes that the pipeline saves of Bazel's disk cache",
];
provision();
for (const one of hosts) useOverlay(one);
mkdirSync(group);
try {
  const columns: string[][] = [];
  const restarts: string[] = [];
  const heads: string[] = [];
  for (const megabytes of sizes.length > 0 ? sizes.map(Number) : [0]) {
    const versions = [versionOf('before', checkout, megabytes), versionOf('after', repository, megabytes)];
    for (const version of versions) {
      const { cold, warm, store, output, saved } = await measure(version);
      columns.push([...[cold, warm].map(inSeconds), ...[store, output, saved].map(inMegabytes)]);
    }
    const now = versions[1] as Version;
    restarts.push((await restart(now)).toFixed(1));
    heads.push(`${(Number(await inHome(now, 'cat bazel-bin/image/size.txt')) / 1e6).toFixed(0)} MB`);
    for (const version of versions) await inHome(version, `nix-shell --run 'bazel shutdown'`);
  }
  writeTable(
    'pipelines',
    [
      `| | ${heads.map(head => `${head} before | ${head} after`).join(' | ')} |`,
      `|---|${'--:|'.repeat(columns.length)}`,
      ...rows.map((row, index) => `| ${row} | ${columns.map(column => column[index]).join(' | ')} |`),
      `| a changed line to the first answer of its container: seconds | ${restarts.map(one => `– | ${one}`).join(' | ')} |`,
    ],
    'docs/image.md',
  );
} finally {
  leave();
  tidy();
  spawnSync('rmdir', [group]);
}
