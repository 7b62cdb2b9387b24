import type { Choice } from './choices.ts';
import { badRequest } from '../errors/failure.ts';

/** The CI providers for which pipelines are generated. */
export const providers = { github: 'GitHub Actions', gitlab: 'GitLab CI' } as const;
export type Provider = keyof typeof providers;

/** The providers as the choices of a prompt. */
export const providerChoices: readonly Choice[] = Object.entries(providers).map(([value, label]) => ({ value, label }));

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
    const known = Object.keys(providers).join(', ');
    throw badRequest(`${where}: unknown CI provider ${JSON.stringify(name)}.`, `Choose from ${known}.`);
  }
  return [...wanted].sort() as Provider[];
}
