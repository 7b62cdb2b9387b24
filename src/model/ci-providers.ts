import type { Choice } from './choices.ts';
import { badRequest } from '../errors/failure.ts';

/**
 * The CI providers for which pipelines are generated, by the names that users type. Each has a template of the same name in
 * generators/app/templates/ci/.
 */
export const providers = {
  github: { label: 'GitHub Actions', path: '.github/workflows/ci.yml' },
  gitlab: { label: 'GitLab CI', path: '.gitlab-ci.yml' },
} as const satisfies Record<string, { readonly label: string; readonly path: string }>;
export type Provider = keyof typeof providers;

export const providerNames = Object.keys(providers) as Provider[];

/** The providers as the choices of a prompt. */
export const providerChoices: readonly Choice[] = providerNames.map(name => ({
  value: name,
  label: providers[name].label,
}));

/**
 * Checks names of providers; one string may list several, separated by commas.
 * @returns each once, in alphabetical order
 * @throws Failure (exit code 2) for an unknown provider
 */
export function parseProviders(texts: readonly string[], where: string): Provider[] {
  const names = texts.flatMap(text => text.split(',')).map(text => text.trim());
  const wanted = new Set(names.filter(name => name !== ''));
  for (const name of wanted) {
    if (Object.hasOwn(providers, name)) continue;
    throw badRequest(
      `${where}: unknown CI provider ${JSON.stringify(name)}.`,
      `Choose from ${providerNames.join(', ')}.`,
    );
  }
  return [...wanted].sort() as Provider[];
}
