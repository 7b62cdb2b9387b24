import { checkBazelOnPath, assessBazelVersion } from './bazel-on-path.ts';
import { assessBazelrc } from './bazelrc.ts';
import { checkDisks, checkEngine } from './disk-and-engine.ts';
import { assessRelease, assessVersion } from './end-of-life.ts';
import { assessFlake, assessLock } from './flake-pin.ts';
import { checkGit, checkJournal } from './git-and-journal.ts';
import { checkLockFiles } from './lock-files.ts';
import { checkPipelines } from './pipelines.ts';
import { findOnPath, type Machine } from './machine.ts';
import { checkBuilder, checkCaches, checkFlakes, checkNix, checkSandbox, checkStore } from './nix-installation.ts';
import { checkNixVersion } from './nix-version.ts';
import type { DoctorContext } from './project-facts.ts';
import { assessAnswers, assessFiles, assessMarkers } from './project-files.ts';
import { checkPackageLists } from './project-packages.ts';
import type { Check } from './run-checks.ts';

/** The checks of a machine. Bazel is not among them: each project provides its own. */
export const machineChecks: readonly Check<Machine>[] = [
  { name: 'nix', subject: 'Nix', beforeBuild: true, check: checkNix },
  { name: 'store', subject: 'The Nix store', after: 'nix', beforeBuild: true, check: checkStore },
  { name: 'daemon', subject: 'The Nix daemon', after: 'store', check: checkBuilder },
  { name: 'flakes', subject: 'Support for flakes', after: 'nix', check: checkFlakes },
  { name: 'sandbox', subject: 'The sandbox of Nix', after: 'nix', check: checkSandbox },
  { name: 'caches', subject: 'The binary caches of Nix', after: 'nix', check: checkCaches },
  { name: 'disk', subject: 'The free space', beforeBuild: true, check: checkDisks },
  { name: 'engine', subject: 'The container engine', beforeBuild: true, check: checkEngine },
];

/** The check of a machine outside of projects, where any version of Bazel will do. */
export const bazelCheck: Check<Machine> = {
  ...{ name: 'bazel-on-path', subject: 'The Bazel on PATH' },
  check: machine => checkBazelOnPath(machine, undefined),
};

/** The checks of a project. */
export const projectChecks: readonly Check<DoctorContext>[] = [
  { name: 'answers', subject: '.yo-rc.json', check: ({ facts }) => assessAnswers(facts) },
  { name: 'files', subject: 'The files', check: ({ facts }) => assessFiles(facts) },
  { name: 'markers', subject: 'Conflict markers', check: ({ facts }) => assessMarkers(facts) },
  { name: 'journal', subject: 'The journal', check: checkJournal },
  { name: 'git', subject: 'The git repository', check: checkGit },
  { name: 'pipelines', subject: 'The pipelines', check: checkPipelines },
  {
    ...{ name: 'bazelrc', subject: '.bazelrc' },
    check: async context => assessBazelrc(context.facts, await hasCompiler(context)),
  },
  { name: 'lock', subject: 'flake.lock', check: ({ facts, today }) => assessLock(facts, today) },
  { name: 'flake', subject: 'flake.nix', check: ({ facts }) => assessFlake(facts) },
  { name: 'release', subject: 'The release of nixpkgs', check: ({ facts, today }) => assessRelease(facts, today) },
  { name: 'nix-version', subject: 'The version of Nix', check: checkNixVersion },
  {
    name: 'python',
    subject: 'The version of Python',
    check: ({ facts, today }) => assessVersion('python', facts, today),
  },
  { name: 'bazel', subject: 'The version of Bazel', check: ({ facts, today }) => assessVersion('bazel', facts, today) },
  { ...bazelCheck, check: context => checkBazelOnPath(context, context.facts) },
  {
    ...{ name: 'bazel-version', subject: 'The Bazel that is asked for' },
    check: ({ facts, environment }) => assessBazelVersion(facts, environment),
  },
  { name: 'lock-files', subject: 'The lock files', check: checkLockFiles },
  // The first time, Nix may have to unpack a whole nixpkgs; it has a time limit of its own.
  { name: 'packages', subject: 'The packages', timeout: 90_000, check: checkPackageLists },
];

const hasCompiler = async (machine: Machine): Promise<boolean> =>
  (await Promise.all(['cc', 'gcc', 'clang'].map(program => findOnPath(program, machine)))).some(Boolean);
