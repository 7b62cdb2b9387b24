import { quoted } from '../text/shown.ts';
import { defaultBazel, defaultRelease } from '../catalog/releases.ts';
import {
  bazelChoices,
  type Choice,
  checkBazel,
  checkPython,
  parseRevision,
  pythonChoices,
  pythonIn,
  releaseChoices,
} from './choices.ts';
import {
  databaseChoices,
  deployChoices,
  deployTargetNames,
  likelyDatabase,
  parseDatabase,
  parseDeployTargets,
} from './deploy.ts';
import { defaultFramework } from '../catalog/frameworks.ts';
import { badRequest } from '../errors/failure.ts';
import { parseProviders, providerChoices, providerNames } from './ci-providers.ts';
import { parseCacheUrl } from './cache-url.ts';
import { frameworkChoices, parseApp, parseFramework } from './entry.ts';
import { likelyRelease, releaseOf } from './likely-release.ts';
import { parseName } from './name.ts';
import { hasPlatforms, parsePlatforms, platformChoices, platformNames } from './platforms.ts';
import type { Answers, PackageSource, Question } from './question.ts';
import { scan, sign } from './supply-chain.ts';
import { formatRequirement, readRequirementTexts } from '../packaging/requirement.ts';
import { parseQuality, qualityChoices, qualityNames } from './quality.ts';

export { back } from './question.ts';
export type { Answers, Ask, Asking, PackageSource, Question, QuestionContext } from './question.ts';

const packageSources: readonly (Choice & { readonly value: PackageSource })[] = [
  { value: 'nixpkgs', label: 'nixpkgs (default)', description: 'the versions of that nixpkgs, prebuilt' },
  { value: 'pypi', label: 'PyPI', description: 'your versions, as wheels that pylock.toml locks' },
];

/** The questions, in the order in which they are asked: the choices of one depend on earlier answers. */
export const questions: { readonly [Name in keyof Answers]: Question<Answers[Name]> } = {
  name: {
    flag: 'name',
    placeholder: 'NAME',
    prompt: 'input',
    message: 'Name of the project:',
    label: 'Name',
    purpose: 'Its folder, Python module and image have this name.',
    help: 'Name of the project, its Python module and its image',
    example: 'my-service',
    required: false,
    storage: 'always',
    initial: ({ folder }) => folder,
    parse: (value, { hasCode, storedName }, where) =>
      parseName(value, where, hasCode ? 'adopted' : value === storedName ? 'existing' : 'file'),
  },
  nixpkgs: {
    flag: 'nixpkgs',
    placeholder: 'REVISION',
    prompt: 'search',
    message: 'Revision of nixpkgs:',
    label: 'nixpkgs',
    purpose: 'One revision provides Python, Bazel and all packages. A branch, a commit or a URL can be typed as well.',
    help: 'nixpkgs to pin: a release, branch, commit or tarball URL',
    example: '26.05',
    required: true,
    storage: 'always',
    updatable: true,
    initial: ({ today }) => defaultRelease(today).name,
    choices: ({ today }) => releaseChoices(today),
    parse: (value, _context, where) => parseRevision(value, where),
  },
  python: {
    flag: 'python',
    placeholder: 'X.Y',
    prompt: 'choice',
    message: 'Version of Python:',
    label: 'Python',
    purpose: 'Those that this nixpkgs has. App, tests and image run on it.',
    help: 'Minor version of Python, as packaged in that nixpkgs',
    example: '3.13',
    required: true,
    storage: 'always',
    updatable: true,
    initial: context => pythonIn(likelyRelease(context), context.requiresPython),
    choices: context => pythonChoices(likelyRelease(context), context.today),
    parse: (value, context, where) => checkPython(value, releaseOf(context), where),
  },
  packagesFrom: {
    flag: 'packages-from',
    placeholder: 'SOURCE',
    prompt: 'choice',
    message: 'Source of the pip packages:',
    label: 'packages from',
    purpose: 'nixpkgs has one version of each, prebuilt; PyPI has all, and a lock file pins yours.',
    help: 'Source of the pip packages: nixpkgs (its versions, prebuilt) or pypi (your versions, locked)',
    example: 'pypi',
    required: false,
    storage: 'if-set',
    unset: 'nixpkgs',
    updatable: true,
    initial: () => 'nixpkgs',
    choices: () => packageSources,
    parse: (value, { answers: { python } }, where) => {
      // Python 3.8 is the first with importlib.metadata, by which the installed wheels are checked.
      if (value === 'pypi' && python === '3.7') {
        throw badRequest(`${where}: packages from PyPI need Python 3.8 or later, not ${python}.`, 'Choose nixpkgs.');
      }
      if (packageSources.some(source => source.value === value)) return value;
      throw badRequest(`${where}: unknown source of packages ${quoted(value)}.`, 'Choose nixpkgs or pypi.');
    },
  },
  framework: {
    flag: 'framework',
    placeholder: 'NAME',
    prompt: 'choice',
    message: 'Framework of the app:',
    label: 'framework',
    purpose: 'What the generated app is written with.',
    help: 'Framework of the app: flask, fastapi or django; wsgi or asgi for an existing app of another one',
    example: 'fastapi',
    required: false,
    storage: 'if-set',
    unset: defaultFramework,
    initial: () => defaultFramework,
    choices: ({ hasCode }) => frameworkChoices(hasCode === true),
    parse: (value, _context, where) => parseFramework(value, where),
  },
  app: {
    flag: 'app',
    placeholder: 'MODULE:OBJECT',
    prompt: 'input',
    message: 'The app, as MODULE:OBJECT (an object or a call):',
    label: 'app',
    purpose:
      'What servers import, for example shop.web:app or shop:create_app(). Empty if servers are started in another way.',
    help: 'The app of existing code, which servers import, for example shop.web:app or shop:create_app()',
    example: 'shop.web:app',
    required: false,
    asked: ({ hasCode }) => hasCode === true,
    storage: 'if-set',
    unset: '',
    initial: () => '',
    parse: (value, _context, where) => (value === '' ? '' : parseApp(value, where)),
  },
  packages: {
    flag: 'packages',
    placeholder: 'A,B',
    prompt: 'packages',
    message: 'Add a pip package (empty to finish):',
    label: 'packages',
    purpose: 'What the app imports beside its framework, for example requests or redis>=4. `add` adds more later.',
    help: 'pip packages in addition to the framework and its server, with optional extras and version ranges',
    example: "requests,'redis>=4,<6'",
    required: true,
    storage: 'pyproject.toml',
    initial: () => [],
    parse: (value, _context, where) => readRequirementTexts(value, where).map(formatRequirement),
  },
  bazel: {
    flag: 'bazel',
    placeholder: 'MAJOR',
    prompt: 'choice',
    message: 'Version of Bazel:',
    label: 'Bazel',
    purpose: 'It builds, tests and caches. nixpkgs has it too: nothing is to be installed.',
    help: 'Major version of Bazel, as packaged in that nixpkgs',
    example: '8',
    required: true,
    storage: 'always',
    updatable: true,
    initial: context => defaultBazel(likelyRelease(context)),
    choices: context => bazelChoices(likelyRelease(context), context.today),
    parse: (value, context, where) => checkBazel(value, releaseOf(context), where),
  },
  remoteCache: {
    flag: 'remote-cache',
    placeholder: 'URL',
    prompt: 'input',
    message: 'URL of the Bazel remote cache (empty for none):',
    label: 'remote cache',
    purpose: 'It shares what is built between machines, for example grpcs://cache.example.com.',
    help: 'URL of a Bazel remote cache: https://, http://, grpcs:// or grpc://',
    example: 'grpcs://cache.example.com',
    required: false,
    storage: 'if-set',
    unset: '',
    updatable: true,
    initial: () => '',
    parse: (value, _context, where) => (value === '' ? '' : parseCacheUrl(value, where)),
  },
  ci: {
    flag: 'ci',
    placeholder: 'A,B',
    prompt: 'checkbox',
    message: 'Continuous integration, to test, build and push the image:',
    label: 'CI',
    purpose: '`ci` adds pipelines later, too.',
    help: `CI pipelines that build, test and push the image: ${providerNames.join(', ')}`,
    example: providerNames.join(','),
    required: false,
    storage: 'if-set',
    unset: [],
    initial: () => [],
    choices: () => providerChoices,
    parse: (value, _context, where) => parseProviders(value, where),
  },
  platforms: {
    flag: 'platforms',
    placeholder: 'A,B',
    prompt: 'checkbox',
    message: 'Platforms of the image:',
    label: 'platforms',
    purpose: 'Pipelines build each on a machine of its kind, and join both to one image.',
    help: `Platforms of the image that pipelines push: ${platformNames.join(', ')}, or both as one image index`,
    example: platformNames.join(','),
    required: false,
    asked: ({ answers: { ci, bazel } }) => ci?.length !== 0 && hasPlatforms(bazel),
    storage: 'if-set',
    unset: ['amd64'],
    updatable: true,
    initial: () => ['amd64'],
    choices: () => platformChoices,
    parse: (value, { answers: { bazel } }, where) => parsePlatforms(value, bazel, where),
  },
  sign,
  scan,
  deploy: {
    flag: 'deploy',
    placeholder: 'A,B',
    prompt: 'checkbox',
    message: 'Files to run the image with:',
    label: 'deploy',
    purpose: '`update --deploy` adds them later, too.',
    help: `Files to run the image with: ${deployTargetNames.join(', ')}, or none`,
    example: deployTargetNames.join(','),
    required: false,
    storage: 'if-set',
    unset: [],
    updatable: true,
    initial: () => [],
    choices: () => deployChoices,
    parse: (value, _context, where) => parseDeployTargets(value, where),
  },
  database: {
    flag: 'database',
    placeholder: 'NAME',
    prompt: 'choice',
    message: 'Database to run beside it:',
    label: 'database',
    purpose: 'In compose.yaml; the app gets DATABASE_URL.',
    help: 'Database for those files: postgresql, or none; by default that of a driver among the packages',
    example: 'postgresql',
    required: false,
    asked: ({ answers: { deploy = [] } }) => deploy.length > 0,
    storage: 'if-set',
    unset: 'none',
    updatable: true,
    initial: ({ answers: { deploy = [], packages = [] } }) => (deploy.length > 0 ? likelyDatabase(packages) : 'none'),
    choices: () => databaseChoices(),
    parse: (value, _context, where) => parseDatabase(value, where),
  },
  quality: {
    flag: 'quality',
    placeholder: 'A,B',
    prompt: 'checkbox',
    message: 'What keeps the quality of the code:',
    label: 'quality',
    purpose: '`update --quality` adds and removes them later, too.',
    help: `What keeps the quality of the code: ${qualityNames.join(', ')}; or none`,
    example: qualityNames.join(','),
    required: false,
    storage: 'if-set',
    unset: [],
    updatable: true,
    initial: () => [],
    choices: () => qualityChoices,
    parse: (value, context, where) => parseQuality(value, releaseOf(context), where),
  },
  git: {
    flag: 'git',
    prompt: 'confirm',
    message: 'Create a git repository?',
    label: 'git repository',
    purpose: 'Nix flakes see only files that were added to git.',
    help: 'Create a git repository and add the files to it (a flake sees only added files)',
    example: 'true',
    required: false,
    storage: 'never',
    unset: false,
    initial: () => false,
    parse: value => value,
  },
};

/** The names of all questions, in their order. */
export const questionNames = Object.keys(questions) as (keyof Answers)[];

/** The question of that name, for code that treats all questions the same. */
export const questionNamed = (name: keyof Answers): Question<unknown> => questions[name];

/** The questions whose answers `update` can change. */
export const updatableNames: readonly (keyof Answers)[] = questionNames.filter(name => questions[name].updatable);

/** The answers to some of the questions, by name. */
export const pickAnswers = <Name extends keyof Answers>(
  names: readonly Name[],
  answer: <One extends Name>(name: One) => Answers[One],
): Pick<Answers, Name> => Object.fromEntries(names.map(name => [name, answer(name)])) as Pick<Answers, Name>;
