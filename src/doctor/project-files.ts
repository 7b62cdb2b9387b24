import { conflictMarkerLine } from '../text/conflict-markers.ts';
import { dialectOf } from '../catalog/rules.ts';
import { Failure } from '../errors/failure.ts';
import { versionIn } from '../plan/merge-files.ts';
import { fault, type Finding, inWords, ok, warning } from './finding.ts';
import type { ProjectFacts } from './project-facts.ts';

const again = 'nix-python-container new .';
const update = 'nix-python-container update';

/** What opens a file that only its user can mend. */
export const edit = (...paths: readonly string[]): string => `"\${EDITOR:-vi}" ${paths.join(' ')}`;

/** Judges whether .yo-rc.json, which the next `new` goes by, says what the files say. */
export function judgeAnswers({
  values,
  fault: problem,
  pin,
  release,
  pyproject,
  texts,
}: ProjectFacts): Finding | readonly Finding[] {
  if (problem) return fault(inWords(problem), edit('.yo-rc.json'));
  const python = pyproject instanceof Failure ? undefined : pyproject?.python;
  const bazel = versionIn('shell.nix', texts.get('shell.nix') ?? '');
  const findings: Finding[] = [];
  const compare = (what: string, flag: 'python' | 'bazel', file: string, real: string): void => {
    if (real !== values[flag]) {
      const answered = typeof values[flag] === 'string' ? values[flag] : `no ${what}`;
      findings.push(warning(`${file} has ${what} ${real}, .yo-rc.json ${answered}`, update));
    }
  };
  // A pyproject.toml that cannot be read is told by the check of the packages.
  if (pyproject && !(pyproject instanceof Failure) && python === undefined) {
    findings.push(
      fault(
        `pyproject.toml: requires-python names no single Python, as in "==${String(values.python)}.*", and nix/python.nix stops at that`,
        edit('pyproject.toml'),
      ),
    );
  } else if (python !== undefined) {
    compare('Python', 'python', 'pyproject.toml', python);
  }
  if (bazel !== undefined) {
    compare('Bazel', 'bazel', 'shell.nix', bazel);
  } else if (texts.has('shell.nix')) {
    findings.push(warning('shell.nix names no Bazel that could be compared with .yo-rc.json'));
  }
  const { nixpkgs } = values;
  if (pin && release && typeof nixpkgs === 'string' && /^\d\d\.\d\d$/.test(nixpkgs) && nixpkgs !== release.name) {
    findings.push(warning(`flake.lock has nixpkgs ${release.name}, .yo-rc.json ${nixpkgs}`, update));
  }
  return findings.length > 0 ? findings : ok(`.yo-rc.json says what the files say: Python ${python}, Bazel ${bazel}`);
}

/** Files that other files of the project name, so that Nix or Bazel stops without them. .bazelrc and flake.lock have checks of their own. */
const named = [
  ...['BUILD.bazel', 'nix/BUILD.bazel', 'nix/image.nix', 'nix/nixpkgs.nix', 'nix/overrides.nix', 'nix/pep440.nix'],
  ...['nix/python.nix'],
  ...['pyproject.toml', 'shell.nix'],
];

/** What Bazel reads first, by dialect. */
const roots = { bzlmod: ['MODULE.bazel'], workspace: ['WORKSPACE', 'WORKSPACE.bazel'] } as const;

/** Judges whether the files are there that Nix and the project's Bazel read. */
export function judgeFiles({ texts, bazel }: ProjectFacts): readonly Finding[] {
  const findings: Finding[] = [];
  const missing = named.filter(path => !texts.has(path));
  if (missing.length > 0) {
    findings.push(
      fault(
        `${missing.join(', ')} cannot be read, but Nix and Bazel need ${missing.length > 1 ? 'them' : 'it'}`,
        again,
      ),
    );
  }
  const dialect = bazel === undefined ? undefined : dialectOf(bazel);
  const [root] = dialect ? roots[dialect] : [];
  if (dialect && !roots[dialect].some(path => texts.has(path))) {
    findings.push(fault(`Bazel ${bazel} reads ${root}, which is not there`, `${update} --bazel ${bazel}`));
  }
  return findings.length > 0 ? findings : [ok('The files that Nix and Bazel read are there')];
}

/** Looks for what a merge has left in the generated files. */
export function judgeMarkers({ texts }: ProjectFacts): Finding {
  const found = [...texts].flatMap(([path, text]) => {
    const line = conflictMarkerLine(text);
    return line === undefined ? [] : [{ path, line }];
  });
  if (found.length === 0) return ok('No conflict markers');
  const places = found.map(({ path, line }) => `${path}:${line}`).join(', ');
  return fault(`Unresolved conflict markers (<<<<<<<) at ${places}`, edit(...found.map(({ path }) => path)));
}
