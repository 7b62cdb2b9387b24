/** What belongs to no library, image or wheel of any app: tests, caches, hidden files and secrets, the output of builds. */
const inNoApp: readonly string[] = [
  '**/.*',
  '**/.*/**',
  '**/*.db',
  '**/*.egg-info/**',
  '**/*.key',
  '**/*.pem',
  '**/*.sqlite3',
  '**/*_test.py',
  '**/__pycache__/**',
  '**/conftest.py',
  '**/node_modules/**',
  '**/test_*.py',
  '**/tests.py',
  '**/tests/**',
  'bazel-*/**',
  'build/**',
  'dist/**',
  'docs/**',
  'result-*/**',
  'result/**',
  'test/**',
  'venv/**',
  'wheels/**',
];

/**
 * What belongs to no library, image or wheel of an app. Patterns as Bazel's `glob` has them, sorted.
 * @param folders generated folders that are not the app's
 */
export const notInApp = (folders: readonly string[]): string[] =>
  [...inNoApp, ...folders.map(folder => `${folder}/**`)].sort();

/** A pattern of `glob` as one of .gitignore, which names a folder in place of all that it holds. */
const ignoring = (glob: string): string =>
  (glob.startsWith('**/') ? glob.slice('**/'.length) : `/${glob}`).replace(/\/\*\*$/, '/');

/** What a wheel leaves out: the same, and what Bazel and Nix read, which is in packages of its own for Bazel. Patterns of .gitignore. */
export const notInWheel = (folders: readonly string[]): string[] =>
  [...new Set([...notInApp(folders).map(ignoring), '/bazel/', '/image/', '/nix/', 'BUILD.bazel'])]
    .filter((pattern, _, all) => !(pattern.endsWith('/') && all.includes(pattern.slice(0, -1))))
    .sort();
