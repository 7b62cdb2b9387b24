import { judgeRelease, judgeVersionOf } from './end-of-life.ts';
import { judgeAnswers, judgeFiles, judgeMarkers } from './project-files.ts';
import { findOnPath } from './run-program.ts';
import { judgeWish, lookOnPath } from './bazel-on-path.ts';
import { judgeBazelrc } from './bazelrc.ts';
import type { Check } from './run-checks.ts';
import { nixVersion } from './nix-installation.ts';
import { lookAtPackages } from './project-packages.ts';
import { judgeFlake, judgeLock, judgeNix } from './flake-pin.ts';
import type { DoctorContext } from './project-facts.ts';
import { lookAtGit, lookAtJournal } from './git-and-journal.ts';

const hasCompiler = async (place: DoctorContext): Promise<boolean> =>
  (await Promise.all(['cc', 'gcc', 'clang'].map(program => findOnPath(program, place)))).some(Boolean);

/** The checks of a project. */
export const projectChecks: readonly Check<DoctorContext>[] = [
  { name: 'answers', of: '.yo-rc.json', look: ({ facts }) => judgeAnswers(facts) },
  { name: 'files', of: 'The files', look: ({ facts }) => judgeFiles(facts) },
  { name: 'markers', of: 'What a merge leaves', look: ({ facts }) => judgeMarkers(facts) },
  { name: 'journal', of: 'What a killed run leaves', look: lookAtJournal },
  { name: 'git', of: 'The git repository', look: lookAtGit },
  { name: 'bazelrc', of: '.bazelrc', look: async place => judgeBazelrc(place.facts, await hasCompiler(place)) },
  { name: 'lock', of: 'flake.lock', look: ({ facts, today }) => judgeLock(facts, today) },
  { name: 'flake', of: 'flake.nix', look: ({ facts }) => judgeFlake(facts) },
  { name: 'release', of: 'The release of nixpkgs', look: ({ facts, today }) => judgeRelease(facts, today) },
  { name: 'reader', of: 'The version of Nix', look: async place => judgeNix(place.facts, await nixVersion(place)) },
  { name: 'python', of: 'The version of Python', look: ({ facts, today }) => judgeVersionOf('python', facts, today) },
  { name: 'bazel', of: 'The version of Bazel', look: ({ facts, today }) => judgeVersionOf('bazel', facts, today) },
  { name: 'bazel-on-path', of: 'The Bazel on PATH', look: place => lookOnPath(place, place.facts) },
  { name: 'wish', of: 'What asks for a Bazel', look: ({ facts, environment }) => judgeWish(facts, environment) },
  { name: 'packages', of: 'The packages', look: lookAtPackages },
];
