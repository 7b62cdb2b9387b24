import { badRequest } from '../errors/failure.ts';
import { quoted } from '../text/shown.ts';
import type { Choice } from './choices.ts';
import { releaseOf } from './likely-release.ts';
import { requireTool } from './require-tool.ts';
import type { Question, QuestionContext, Severity, Signing } from './question.ts';

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

/** What both questions have in common: they concern pipelines, and `none` is no answer. */
const aboutPipelines = {
  prompt: 'choice',
  required: false,
  asked: ({ answers: { ci = [] } }: QuestionContext) => ci.length > 0,
  storage: 'if-set',
  updatable: true,
} as const;

/** Whether and how pushed images are signed. */
export const sign: Question<Signing> = {
  ...aboutPipelines,
  flag: 'sign',
  placeholder: 'HOW',
  message: 'Sign pushed images:',
  label: 'signature',
  purpose: 'It says which pipeline made an image. The image also gets its SBOM, the list of what is in it.',
  help: 'Attach the SBOM to pushed images, and sign both: keyless (by Sigstore), key or none',
  example: 'keyless',
  unset: 'none',
  initial: () => 'none',
  choices: () => signingChoices,
  parse: (value, context, where) => {
    if (!signingChoices.some(choice => choice.value === value)) {
      throw badRequest(`${where}: unknown way to sign ${quoted(value)}.`, 'Choose keyless, key or none.');
    }
    if (value !== 'none') requireTool('cosign', releaseOf(context), 'answer none', where);
    return value;
  },
};

/** Whether pipelines look for vulnerabilities. */
export const scan: Question<Severity> = {
  ...aboutPipelines,
  flag: 'scan',
  placeholder: 'SEVERITY',
  message: 'Make pipelines fail on known vulnerabilities:',
  label: 'scan',
  purpose: 'Those of packages in the image that a newer version fixes.',
  help: 'Make pipelines fail on vulnerabilities in the image that a newer version fixes: critical, high, medium or none',
  example: 'high',
  unset: 'none',
  initial: () => 'none',
  choices: () => severityChoices,
  parse: (value, context, where) => {
    if (!severityChoices.some(choice => choice.value === value)) {
      throw badRequest(`${where}: unknown severity ${quoted(value)}.`, 'Choose critical, high, medium or none.');
    }
    if (value !== 'none') requireTool('grype', releaseOf(context), 'answer none', where);
    return value;
  },
};
