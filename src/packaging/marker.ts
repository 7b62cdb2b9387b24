import { badRequest, type Failure } from '../errors/failure.ts';
import { quote } from './requirement.ts';
import { satisfies } from './version.ts';

/** The environment for which markers are evaluated; the interpreter is always CPython. */
export interface MarkerEnvironment {
  /** `3.11` or `3.11.9`; a marker that needs more than is given here stays undecided. */
  readonly pythonVersion?: string | undefined;
  /** `x86_64`, or `aarch64` (`arm64` on macOS). */
  readonly machine?: string | undefined;
  /** The value of `sys_platform`; `linux` by default. */
  readonly system?: 'linux' | 'darwin' | undefined;
}

// The variables of PEP 508. Undefined: known only on the machine that runs the image.
const variables: Record<string, (environment: MarkerEnvironment) => string | undefined> = {
  python_version: ({ pythonVersion }) => /^\d+\.\d+/.exec(pythonVersion ?? '')?.[0],
  python_full_version: ({ pythonVersion }) => /^\d+\.\d+\.\d+.*/.exec(pythonVersion ?? '')?.[0],
  implementation_version: ({ pythonVersion }) => /^\d+\.\d+\.\d+.*/.exec(pythonVersion ?? '')?.[0],
  os_name: () => 'posix',
  sys_platform: ({ system = 'linux' }) => system,
  platform_system: ({ system }) => (system === 'darwin' ? 'Darwin' : 'Linux'),
  implementation_name: () => 'cpython',
  platform_python_implementation: () => 'CPython',
  // A requirements file is installed directly, not as an extra of a package.
  extra: () => '',
  platform_machine: ({ machine }) => machine,
  platform_release: () => undefined,
  platform_version: () => undefined,
};

const fullVersions = ['python_full_version', 'implementation_version'];

// Far more than any real marker; limits the recursion depth.
const maxLength = 2000;

type Truth = boolean | undefined;
interface Operand {
  readonly value: string | undefined;
  readonly variable?: string;
}

/**
 * Evaluates an environment marker (the part of a requirement after `;`) for CPython on Linux or macOS.
 * @param where the prefix of error messages
 * @returns undefined if it depends on an unknown value, such as `platform_machine`
 * @throws Failure (exit code 2) if it is not a valid marker
 */
export function evaluateMarker(text: string, environment: MarkerEnvironment, where = 'packages'): Truth {
  const fault = (): Failure =>
    badRequest(
      `${where}: ${quote(text)} is not a valid environment marker.`,
      'Markers look like python_version < "3.11".',
    );
  if (text.length > maxLength) throw fault();
  const tokens = text.match(/\s+|[()]|"[^"]*"|'[^']*'|[a-z_.]+|===|[~=!<>]=|[<>]|./gisu)?.filter(token => token.trim());
  if (!tokens) throw fault();
  const take = (expected: string): boolean => tokens[0] === expected && tokens.shift() !== undefined;

  const either = (): Truth => {
    let truth = both();
    while (take('or')) truth = or(truth, both());
    return truth;
  };
  const both = (): Truth => {
    let truth = single();
    while (take('and')) truth = and(truth, single());
    return truth;
  };
  const single = (): Truth => {
    if (take('(')) {
      const truth = either();
      if (!take(')')) throw fault();
      return truth;
    }
    const left = operand();
    const operator = take('not') ? `not ${tokens.shift()}` : (tokens.shift() ?? '');
    const right = operand();
    const test = tests.get(operator);
    if (!test || !(left.variable || right.variable)) throw fault();
    return left.value === undefined || right.value === undefined ? certain(test, left, right) : test(left, right);
  };
  // Only the minor version is known. If the marker has the same value for the first patch release, a very late one and the one
  // that it names, it has that value for all.
  const certain = (test: Test, left: Operand, right: Operand): Truth => {
    const isFull = ({ value, variable }: Operand): boolean =>
      value === undefined && fullVersions.includes(variable ?? '');
    const minor = /^\d+\.\d+$/.exec(environment.pythonVersion ?? '')?.[0];
    const named = isFull(left) ? right.value : isFull(right) ? left.value : undefined;
    if (minor === undefined || named === undefined) return undefined;
    const patches = [
      0,
      999,
      ...[...named.matchAll(/(?<!\d)(\d+\.\d+)\.(\d+)/g)].flatMap(([, of, patch]) => (of === minor ? [patch] : [])),
    ];
    const truths = patches
      .map(patch => `${minor}.${patch}`)
      .map(value => (isFull(left) ? test({ ...left, value }, right) : test(left, { ...right, value })));
    return truths.every(truth => truth === truths[0]) ? truths[0] : undefined;
  };
  const operand = (): Operand => {
    const token = tokens.shift() ?? '';
    if (/^["']/.test(token) && token.length > 1) return { value: token.slice(1, -1) };
    // Names with dots predate PEP 508.
    const variable = token.replaceAll('.', '_');
    if (!Object.hasOwn(variables, variable)) throw fault();
    return { variable, value: variables[variable]?.(environment) };
  };

  const truth = either();
  if (tokens.length > 0) throw fault();
  return truth;
}

type Test = (left: Operand, right: Operand) => Truth;

/** Compares versions if a variable holds one, otherwise strings, which are not ordered. */
const compareBy =
  (operator: string): Test =>
  (left, right) => {
    if (/_version$/.test(left.variable ?? right.variable ?? '')) {
      return satisfies(left.value ?? '', `${operator}${right.value}`);
    }
    const same = left.value === right.value;
    return operator === '!=' ? !same : /^===?$/.test(operator) ? same : undefined;
  };

const tests = new Map<string, Test>([
  ['in', (left, right) => right.value?.includes(left.value ?? '')],
  ['not in', (left, right) => !right.value?.includes(left.value ?? '')],
  ...['==', '!=', '<', '<=', '>', '>=', '~=', '==='].map(operator => [operator, compareBy(operator)] as const),
]);

const or = (a: Truth, b: Truth): Truth => (a || b ? true : a === undefined || b === undefined ? undefined : false);
const and = (a: Truth, b: Truth): Truth =>
  a === false || b === false ? false : a === undefined || b === undefined ? undefined : true;
