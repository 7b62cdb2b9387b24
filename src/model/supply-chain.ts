import { badRequest } from '../errors/failure.ts';
import { quoted } from '../text/shown.ts';
import type { Choice } from './choices.ts';
import type { Question, Severity, Signing } from './question.ts';

type Choices<Value> = readonly (Choice & { readonly value: Value })[];

const signingChoices: Choices<Signing> = [
  { value: 'none', label: 'not at all (default)' },
  { value: 'keyless', label: 'keyless', description: 'by Sigstore, as the pipeline of this repository' },
  { value: 'key', label: 'with a key', description: 'which the pipeline has as a secret' },
];

const severityChoices: Choices<Severity> = [
  { value: 'none', label: 'do not look for them (default)' },
  { value: 'critical', label: 'critical ones' },
  { value: 'high', label: 'high and critical ones' },
  { value: 'medium', label: 'medium, high and critical ones' },
];

/** @throws Failure (exit code 2) for another word */
function parseSigning(value: Signing, where: string): Signing {
  if (signingChoices.some(choice => choice.value === value)) return value;
  throw badRequest(`${where}: unknown way to sign ${quoted(value)}.`, 'Choose keyless, key or none.');
}

/** @throws Failure (exit code 2) for another word */
function parseSeverity(value: Severity, where: string): Severity {
  if (severityChoices.some(choice => choice.value === value)) return value;
  throw badRequest(`${where}: unknown severity ${quoted(value)}.`, 'Choose critical, high, medium or none.');
}

/** Whether and how pushed images are signed. */
export const sign: Question<Signing> = {
  flag: 'sign',
  placeholder: 'HOW',
  prompt: 'choice',
  message: 'Sign pushed images:',
  label: 'signature',
  purpose: 'It says which pipeline made an image. The image also gets its SBOM, the list of what is in it.',
  help: 'Attach the SBOM to pushed images, and sign both: keyless (by Sigstore), key or none',
  example: 'keyless',
  required: false,
  asked: ({ answers: { ci = [] } }) => ci.length > 0,
  storage: 'if-set',
  unset: 'none',
  updatable: true,
  initial: () => 'none',
  choices: () => signingChoices,
  parse: (value, _context, where) => parseSigning(value, where),
};

/** Whether pipelines look for vulnerabilities. */
export const scan: Question<Severity> = {
  flag: 'scan',
  placeholder: 'SEVERITY',
  prompt: 'choice',
  message: 'Let pipelines fail for known vulnerabilities:',
  label: 'scan',
  purpose: 'Those of packages in the image that a newer version fixes.',
  help: 'Let pipelines fail for vulnerabilities in the image that a newer version fixes: critical, high, medium or none',
  example: 'high',
  required: false,
  asked: ({ answers: { ci = [] } }) => ci.length > 0,
  storage: 'if-set',
  unset: 'none',
  updatable: true,
  initial: () => 'none',
  choices: () => severityChoices,
  parse: (value, _context, where) => parseSeverity(value, where),
};
