import { conflictMarkerLine } from '../text/conflict-markers.ts';
import { dialectOf } from '../catalog/rules.ts';
import { Failure } from '../errors/failure.ts';
import { shellPath } from '../text/shell-quote.ts';
import { versionIn } from '../plan/merge-files.ts';
import { failed, type Finding, messageOf, ok, warning } from './finding.ts';
import type { ProjectFacts } from './project-facts.ts';
import type { Findings } from './run-checks.ts';

const generate = 'nix-python-container new .';
const update = 'nix-python-container update';

/** The command that opens files which only the user can fix. */
export const edit = (...paths: readonly string[]): string => `"\${EDITOR:-vi}" ${paths.map(shellPath).join(' ')}`;

/** Assesses whether .yo-rc.json, on which the next `new` is based, agrees with the files. */
export function assessAnswers({ values, answersError, pin, release, pyproject, texts }: ProjectFacts): Findings {
  if (answersError) return failed(messageOf(answersError), edit('.yo-rc.json'));
  const python = pyproject instanceof Failure ? undefined : pyproject?.python;
  const bazel = versionIn('shell.nix', texts.get('shell.nix') ?? '');
  const findings: Finding[] = [];
  const compare = (what: string, flag: 'python' | 'bazel', file: string, real: string): void => {
    if (real !== values[flag]) {
      const answered = typeof values[flag] === 'string' ? values[flag] : `no ${what}`;
      findings.push(warning(`${file} has ${what} ${real}, but .yo-rc.json has ${answered}`, update));
    }
  };
  // The check of the packages reports a pyproject.toml that cannot be read.
  if (pyproject && !(pyproject instanceof Failure) && python === undefined) {
    findings.push(
      failed(
        `pyproject.toml: requires-python must name one Python, as in "==${String(values.python)}.*": nix/python.nix accepts no other range`,
        edit('pyproject.toml'),
      ),
    );
  } else if (python !== undefined) {
    compare('Python', 'python', 'pyproject.toml', python);
  }
  if (bazel !== undefined) {
    compare('Bazel', 'bazel', 'shell.nix', bazel);
  } else if (texts.has('shell.nix')) {
    findings.push(warning('shell.nix has no Bazel to compare with .yo-rc.json'));
  }
  const { nixpkgs } = values;
  if (pin && release && typeof nixpkgs === 'string' && /^\d\d\.\d\d$/.test(nixpkgs) && nixpkgs !== release.name) {
    findings.push(warning(`flake.lock has nixpkgs ${release.name}, but .yo-rc.json has ${nixpkgs}`, update));
  }
  return findings.length > 0 ? findings : ok(`.yo-rc.json agrees with the files: Python ${python}, Bazel ${bazel}`);
}

/** Files that others refer to, so that Nix or Bazel fails without them. .bazelrc and flake.lock have checks of their own. */
const requiredFiles = [
  ...[
    'BUILD.bazel',
    'nix/BUILD.bazel',
    'nix/gunicorn.conf.py',
    'nix/healthcheck.py',
    'nix/image.nix',
    'nix/markers.nix',
    'nix/nixpkgs.nix',
  ],
  ...['nix/overrides.nix', 'nix/pep440.nix', 'nix/python.nix', 'nix/settings.nix', 'pyproject.toml', 'shell.nix'],
];

const lockingFiles = ['nix/check_wheels.py', 'nix/lock.nix'];

/** Those of a project that are missing, by the files that it has. */
export const missingFiles = (found: { readonly has: (path: string) => boolean }, packagesFrom: unknown): string[] =>
  [...requiredFiles, ...(packagesFrom === 'pypi' ? lockingFiles : [])].filter(path => !found.has(path));

/** Where Bazel expects the dependencies, by dialect. */
const workspaceFiles = { bzlmod: ['MODULE.bazel'], workspace: ['WORKSPACE', 'WORKSPACE.bazel'] } as const;

/** Assesses whether the files exist that Nix and the project's Bazel need. */
export function assessFiles({ texts, bazel, values }: ProjectFacts): readonly Finding[] {
  const findings: Finding[] = [];
  const missing = missingFiles(texts, values.packagesFrom);
  if (missing.length > 0) {
    findings.push(
      failed(
        `${missing.join(', ')} cannot be read, but Nix and Bazel need ${missing.length > 1 ? 'them' : 'it'}`,
        generate,
      ),
    );
  }
  const dialect = bazel === undefined ? undefined : dialectOf(bazel);
  const [root] = dialect ? workspaceFiles[dialect] : [];
  if (dialect && !workspaceFiles[dialect].some(path => texts.has(path))) {
    findings.push(failed(`Bazel ${bazel} needs ${root}, which is missing`, `${update} --bazel ${bazel}`));
  }
  return findings.length > 0 ? findings : [ok('All files that Nix and Bazel need exist')];
}

/** Assesses whether generated files have conflict markers. */
export function assessMarkers({ texts }: ProjectFacts): Finding {
  const found = [...texts].flatMap(([path, text]) => {
    const line = conflictMarkerLine(text);
    return line === undefined ? [] : [{ path, line }];
  });
  if (found.length === 0) return ok('No conflict markers');
  const places = found.map(({ path, line }) => `${path}:${line}`).join(', ');
  return failed(`Unresolved conflict markers (<<<<<<<) at ${places}`, edit(...found.map(({ path }) => path)));
}
