import { isDeepStrictEqual } from 'node:util';
import {
  defaultBazel,
  defaultRelease,
  findRelease,
  type Release,
  releaseOfPin,
  releases,
} from '../catalog/releases.ts';
import { bazelChoices, type Choice, checkBazel, checkPython, pythonChoices, releaseChoices } from './choices.ts';
import { badRequest } from '../errors/failure.ts';
import { parseProviders, providerChoices } from './ci-providers.ts';
import { parseName } from './name.ts';
import { type Pin, parsePinRequest } from '../pin/pin.ts';
import { formatRequirement, readRequirementTexts } from '../packaging/requirement.ts';

/** What a user has decided. Versions are texts: 3.10 is not 3.1. */
export interface Answers {
  readonly name: string;
  readonly nixpkgs: string;
  readonly python: string;
  readonly packages: readonly string[];
  readonly bazel: string;
  readonly remoteCache: string;
  /** The CI providers whose pipelines the project has. */
  readonly ci: readonly string[];
  readonly git: boolean;
}

/** What is known when a question is put. */
export interface QuestionContext {
  readonly today: Date;
  /** The name of the folder that the project goes to, for the default of `name`. */
  readonly folder: string;
  /** The answers to the questions before this one. */
  readonly answers: Partial<Answers>;
  /** The nixpkgs that was answered, once it is looked up. */
  readonly pin?: Pin;
}

/**
 * Where an answer is kept: always in .yo-rc.json, there unless it is the `unset` one, in pyproject.toml (which users edit), or
 * nowhere (it was about one run).
 */
export type Storage = 'always' | 'if-set' | 'pyproject.toml' | 'never';

/** One question: from it come a flag, a prompt, a check, a line of help and README, and a property of the JSON schema. */
export interface Question<Value> {
  readonly flag: string;
  /** What stands for the value in help texts; a switch has none. */
  readonly placeholder?: string;
  /** How it is asked on a terminal. */
  readonly prompt: 'input' | 'choice' | 'search' | 'packages' | 'checkbox' | 'confirm';
  readonly message: string;
  /** One line, without a full stop. */
  readonly help: string;
  readonly example: string;
  /** A question that must be answered by somebody; the others have an answer that fits all. */
  readonly required: boolean;
  /** Where the answer is kept for later runs. */
  readonly storage: Storage;
  /** The answer that stands for "none": not written to .yo-rc.json, and what a project without a stored answer has. */
  readonly unset?: Value;
  /** `update` takes a new answer by its flag. */
  readonly updatable?: true;
  readonly initial: (context: QuestionContext) => Value;
  readonly choices?: (context: QuestionContext) => readonly Choice[];
  /**
   * Checks an answer and brings it into its one form.
   * @param where what to name as the place of a mistake: a flag, a file, a variable
   * @throws Failure (exit code 2)
   */
  readonly parse: (value: Value, context: QuestionContext, where: string) => Value;
}

/** The release whose Pythons and Bazels can be chosen; undefined for a revision that the catalog cannot place. */
export const releaseOf = ({ answers, pin }: QuestionContext): Release | undefined =>
  findRelease(answers.nixpkgs ?? '') ?? releaseOfPin(pin);

/** The release whose versions are offered: for an unknown revision those of the newest are the best guess. */
const likely = (context: QuestionContext): Release => releaseOf(context) ?? defaultRelease(context.today);

/** The questions, in the order in which they are asked: the choices of one depend on those before it. */
export const questions: { readonly [Name in keyof Answers]: Question<Answers[Name]> } = {
  name: {
    flag: 'name',
    placeholder: 'NAME',
    prompt: 'input',
    message: 'Name of the project:',
    help: 'Name of the project, its Python module and its image',
    example: 'my-service',
    required: false,
    storage: 'always',
    initial: ({ folder }) => folder,
    parse: (value, _context, where) => parseName(value, where),
  },
  nixpkgs: {
    flag: 'nixpkgs',
    placeholder: 'REVISION',
    prompt: 'search',
    message: 'Revision of nixpkgs:',
    help: 'nixpkgs to pin: a release, a branch, a commit or the URL of a tarball',
    example: '26.05',
    required: true,
    storage: 'always',
    updatable: true,
    initial: ({ today }) => defaultRelease(today).name,
    choices: ({ today }) => releaseChoices(today),
    parse: (value, _context, where) => {
      const request = parsePinRequest(value, where);
      if (request.kind === 'release' && !findRelease(value)) {
        const known = releases().map(({ name }) => name);
        throw badRequest(`${where}: there is no nixpkgs release ${value} here.`, `Choose one of ${known.join(', ')}.`);
      }
      return request.kind === 'url' ? request.url : value;
    },
  },
  python: {
    flag: 'python',
    placeholder: 'X.Y',
    prompt: 'choice',
    message: 'Version of Python:',
    help: 'Minor version of Python, one that the nixpkgs has',
    example: '3.13',
    required: true,
    storage: 'always',
    updatable: true,
    initial: context => likely(context).defaultPython,
    choices: context => pythonChoices(likely(context), context.today),
    parse: (value, context, where) => checkPython(value, releaseOf(context), where),
  },
  packages: {
    flag: 'packages',
    placeholder: 'A,B',
    prompt: 'packages',
    message: 'Add a pip package (nothing: done):',
    help: 'pip packages beside flask and gunicorn, with extras and version ranges if need be',
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
    help: 'Major version of Bazel, one that the nixpkgs has',
    example: '8',
    required: true,
    storage: 'always',
    updatable: true,
    initial: context => defaultBazel(likely(context)),
    choices: context => bazelChoices(likely(context), context.today),
    parse: (value, context, where) => checkBazel(value, releaseOf(context), where),
  },
  remoteCache: {
    flag: 'remote-cache',
    placeholder: 'URL',
    prompt: 'input',
    message: "URL of Bazel's remote cache (nothing: none):",
    help: "URL of Bazel's remote cache: https://, http://, grpcs:// or grpc://",
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
    message: 'Continuous integration:',
    help: 'Pipelines that build, test and push the image: github, gitlab or both',
    example: 'github,gitlab',
    required: false,
    storage: 'if-set',
    unset: [],
    initial: () => [],
    choices: () => providerChoices,
    parse: (value, _context, where) => parseProviders(value, where),
  },
  git: {
    flag: 'git',
    prompt: 'confirm',
    message: 'Make it a git repository?',
    help: 'Make the project a git repository, with its files added (a flake sees only those)',
    example: 'true',
    required: false,
    storage: 'never',
    unset: false,
    initial: () => false,
    parse: value => value,
  },
};

/** The names of the questions, in their order. */
export const questionNames = Object.keys(questions) as (keyof Answers)[];

/** The question of that name, for code that treats all alike: its values have the type that its prompt says. */
export const questionNamed = (name: keyof Answers): Question<unknown> => questions[name] as Question<unknown>;

/** The questions whose answers `update` changes. */
export const updatableNames: readonly (keyof Answers)[] = questionNames.filter(name => questions[name].updatable);

/** Some of the answers, each by its name. */
export const pickAnswers = <Name extends keyof Answers>(
  names: readonly Name[],
  answer: <One extends Name>(name: One) => Answers[One],
): Pick<Answers, Name> => Object.fromEntries(names.map(name => [name, answer(name)])) as Pick<Answers, Name>;

/** The answers that .yo-rc.json holds: all that are stored there, less those that are unset. */
export const answersToStore = (answers: Answers): Partial<Answers> =>
  Object.fromEntries(
    questionNames
      .filter(name => {
        const { storage, unset } = questions[name];
        return storage === 'always' || (storage === 'if-set' && !isDeepStrictEqual(answers[name], unset));
      })
      .map(name => [name, answers[name]]),
  );

/** The answers of an earlier run, given what it stored: what is not there was unset, and is not asked again. */
export const answersFromStore = (stored: { readonly [Name in keyof Answers]?: unknown }): typeof stored => ({
  ...Object.fromEntries(
    questionNames.filter(name => questions[name].unset !== undefined).map(name => [name, questions[name].unset]),
  ),
  ...stored,
});

function parseCacheUrl(text: string, where: string): string {
  const hint = 'Give https://, http://, grpcs:// or grpc:// and a host, as in grpcs://cache.example.com.';
  if (!/^(https?|grpcs?):\/\/[A-Za-z0-9]/.test(text) || !URL.canParse(text)) {
    throw badRequest(`${where}: ${JSON.stringify(text)} is not the URL of a remote cache.`, hint);
  }
  const { username, password } = new URL(text);
  if (username || password) {
    throw badRequest(
      `${where}: the URL holds a password, which would be committed in .bazelrc.`,
      'Put it into user.bazelrc and leave it out here.',
    );
  }
  if (!/^[\w:/.[\]~%?&=+,@-]+$/.test(text)) {
    throw badRequest(`${where}: ${JSON.stringify(text)} has characters that a URL must encode.`, hint);
  }
  return text;
}
