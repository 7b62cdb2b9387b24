// Changes the compiled core in thousands of small ways, one by one, and counts which its tests notice: npm run mutation [GROUP…]
// Fails if a group's score is below its least; what no test noticed is printed, and in coverage/mutation/GROUP.html.
import { spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { groups } from './groups.mjs';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));

function refuse(message) {
  console.error(message);
  process.exit(2);
}

const names = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(groups);
for (const name of names) {
  if (!Object.hasOwn(groups, name))
    refuse(`There is no group ${name}. The groups are ${Object.keys(groups).join(', ')}.`);
  for (const module of groups[name].modules) {
    if (!existsSync(`src/${module}.ts`)) refuse(`src/${module}.ts does not exist: mend mutation/groups.mjs`);
  }
}

const modified = path => (existsSync(path) ? statSync(path).mtimeMs : 0);
if (modified('mutation/package-lock.json') > modified('mutation/node_modules/.package-lock.json')) {
  const { status } = spawnSync('npm', ['ci', '--no-audit', '--no-fund'], { cwd: 'mutation', stdio: 'inherit' });
  if (status !== 0) process.exit(1);
}
const { Stryker } = await import('@stryker-mutator/core');

for (const name of names) {
  const { modules, tests, least, ignoreStatic = false, excludedMutations = [] } = groups[name];
  console.log(`\n== ${name}, at least ${least} %`);
  process.env.MUTATION_GROUP = name;
  await new Stryker({
    mutate: modules.map(path => `dist/src/${path}.js`),
    ignorePatterns: ['/*', '!/dist', '!/package.json'],
    tempDirName: 'coverage/stryker',
    plugins: ['@stryker-mutator/mocha-runner'],
    testRunner: 'mocha',
    mochaOptions: {
      'no-config': true,
      'no-package': true,
      require: ['dist/test/setup.js'],
      spec: tests.map(path => `dist/test/${path}.test.js`),
      // These measure time, which is another one here.
      grep: '^(?!.*(linear time|in proportion to))',
    },
    coverageAnalysis: 'perTest',
    ignoreStatic,
    mutator: { excludedMutations },
    concurrency: 2,
    // So long that a busy machine is not taken for an endless loop.
    timeoutMS: 20_000,
    dryRunTimeoutMinutes: 15,
    reporters: [...(process.env.CI ? [] : ['progress-append-only']), 'clear-text', 'html', 'json'],
    clearTextReporter: { allowColor: false, allowEmojis: false, logTests: false, reportTests: false },
    htmlReporter: { fileName: `coverage/mutation/${name}.html` },
    jsonReporter: { fileName: `coverage/mutation/${name}.json` },
    // Below `break`, the exit code is 1.
    thresholds: { high: 100, low: least, break: least },
    allowConsoleColors: false,
    // A change of what a module makes when it is loaded needs a process of its own.
    warnings: { slow: false },
  }).runMutationTest();
}
