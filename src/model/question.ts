import type { Pin } from '../pin/pin.ts';
import type { Choice } from './choices.ts';
import type { Provider } from './ci-providers.ts';
import type { DatabaseChoice, DeployTarget } from './deploy.ts';
import type { AppAnswers } from './entry.ts';
import type { Platform } from './platforms.ts';
import type { Quality } from './quality.ts';

/** Where the Python packages of a project come from: nixpkgs, in its versions, or PyPI, in those that pylock.toml locks. */
export type PackageSource = 'nixpkgs' | 'pypi';

/** How pipelines sign the images that they push: not, as the pipeline that it is (by Sigstore), or with a key. */
export type Signing = 'none' | 'keyless' | 'key';

/** From which severity on pipelines fail for vulnerabilities that a newer version fixes. */
export type Severity = 'none' | 'critical' | 'high' | 'medium';

/** The answers to all questions. Versions are strings: 3.10 is not 3.1. */
export interface Answers extends AppAnswers {
  readonly name: string;
  readonly nixpkgs: string;
  readonly python: string;
  readonly packagesFrom: PackageSource;
  readonly packages: readonly string[];
  readonly bazel: string;
  readonly remoteCache: string;
  /** The CI providers for which the project has pipelines. */
  readonly ci: readonly Provider[];
  /** The platforms of the image that pipelines push; if there are several, as one image index. */
  readonly platforms: readonly Platform[];
  /** How pushed images are signed, and get their SBOM attached. */
  readonly sign: Signing;
  /** From which severity on pipelines fail for known vulnerabilities in the image. */
  readonly scan: Severity;
  /** What the images can be run by: there are files for it. */
  readonly deploy: readonly DeployTarget[];
  /** The database that they run beside. */
  readonly database: DatabaseChoice;
  /** What keeps the quality of its code. */
  readonly quality: readonly Quality[];
  readonly git: boolean;
}

/** What is known when a question is asked. */
export interface QuestionContext {
  readonly today: Date;
  /** The name of the project's folder: the default of `name`. */
  readonly folder: string;
  /** The answers to the earlier questions. */
  readonly answers: Partial<Answers>;
  /** The pin of the answered nixpkgs, once it is resolved. */
  readonly pin?: Pin;
  /** The folder has an app already, which is to stay as it is. */
  readonly hasCode?: boolean;
  /** The name that the project in the folder has. */
  readonly storedName?: unknown;
  /** The range of Pythons that such an app allows (PEP 440). */
  readonly requiresPython?: string | undefined;
}

/** What a prompt answers for which the user wants to go back to the question before. */
export const back: unique symbol = Symbol('back');

/** How a question is asked. */
export interface Asking {
  /** What the user answered to it before. */
  readonly earlier?: unknown;
  /** There is a question to go back to. */
  readonly canGoBack: boolean;
}

/** Asks the user a question. */
export type Ask = <Value>(
  question: Question<Value>,
  context: QuestionContext,
  asking: Asking,
) => Promise<Value | typeof back>;

/**
 * Where an answer is stored: in .yo-rc.json, there unless it equals `unset`, in pyproject.toml (which users edit), or nowhere
 * (it concerns one run).
 */
export type Storage = 'always' | 'if-set' | 'pyproject.toml' | 'never';

/** One question: defines a flag, a prompt, a check, a line of the help and of docs/reference.md, and a property of the JSON schema. */
export interface Question<Value> {
  readonly flag: string;
  /** The value's name in the help; undefined for a switch. */
  readonly placeholder?: string;
  /** The kind of prompt. It implies the JSON type of the answer: see `typeOf`. */
  readonly prompt: 'input' | 'choice' | 'search' | 'packages' | 'checkbox' | 'confirm';
  readonly message: string;
  /** What the answer is called where all are listed: `Python`. */
  readonly label: string;
  /** What it is for: a sentence that a prompt shows above the question. */
  readonly purpose: string;
  /** One line, without a full stop at its end. */
  readonly help: string;
  readonly example: string;
  /** Without a terminal it has to be answered, or defaults accepted with --yes. */
  readonly required: boolean;
  /** Whether it is asked on a terminal; by default always. Otherwise its default is taken. */
  readonly asked?: (context: QuestionContext) => boolean;
  /** Where later runs find the answer. */
  readonly storage: Storage;
  /** The answer that means "none": what a project without a stored answer has, so that it is not asked again. */
  readonly unset?: Value;
  /** `update` has the flag too. */
  readonly updatable?: true;
  /** The default answer. */
  readonly initial: (context: QuestionContext) => Value;
  readonly choices?: (context: QuestionContext) => readonly Choice[];
  /**
   * Checks and normalises an answer. A method, so that any question is a `Question<unknown>`: `typeOf` guards the values.
   * @param where the place that messages name: a flag, a file, a variable
   * @throws Failure (exit code 2)
   */
  parse(value: Value, context: QuestionContext, where: string): Value;
}
