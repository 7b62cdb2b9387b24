import { readNames } from './listed-names.ts';
import { createHash } from 'node:crypto';
import type { Choice } from './choices.ts';
import { badRequest } from '../errors/failure.ts';

/**
 * The CI providers for which pipelines are generated, by the names that users type. Each has a template of the same name in
 * generators/app/templates/ci/.
 */
export const providers = {
  github: {
    label: 'GitHub Actions',
    path: '.github/workflows/ci.yml',
    inRoot: slug => `.github/workflows/${slug}.yml`,
  },
  gitlab: { label: 'GitLab CI', path: '.gitlab-ci.yml', includedBy: '.gitlab-ci.yml' },
} as const satisfies Record<string, ProviderFile>;
export type Provider = keyof typeof providers;

interface ProviderFile {
  readonly label: string;
  /** The file of a project that is a repository of its own. */
  readonly path: string;
  /**
   * The file for a project in a subfolder of a repository, below the repository's root, if this provider reads any number of
   * files there.
   */
  readonly inRoot?: (slug: string) => string;
  /** The one file in the root that this provider reads, if it can include those of projects in subfolders. */
  readonly includedBy?: string;
}

/**
 * The file of a provider, by its path from the project's folder.
 * @param place the path of that folder in its git repository; empty for the root
 */
export function pipelinePath(provider: Provider, place: string): string {
  const { path, inRoot }: ProviderFile = providers[provider];
  if (place === '' || !inRoot) return path;
  return '../'.repeat(place.split('/').length) + inRoot(slugOf(place));
}

/** How the one file in a repository's root includes the pipeline of a project in a subfolder. */
export interface Include {
  readonly provider: Provider;
  /** That file, by its path from the project's folder. */
  readonly file: string;
  /** The pipeline of the project, by its path from the root. */
  readonly included: string;
}

/** The pipelines that one in the repository's root must include. */
export function includesOf(ci: readonly Provider[], place: string): Include[] {
  if (place === '') return [];
  return ci.flatMap(provider => {
    const { path, includedBy }: ProviderFile = providers[provider];
    if (!includedBy) return [];
    return [{ provider, file: '../'.repeat(place.split('/').length) + includedBy, included: `${place}/${path}` }];
  });
}

/** Whether the text of that file includes it: names it, or has a pattern that may match it. */
export const isIncluded = ({ included }: Include, text: string): boolean =>
  text.split('\n').some(line => !/^\s*#/.test(line) && (line.includes(included) || /\*[^#*]*\.ya?ml/.test(line)));

/** What to do if it is not. */
export const includeWarning = ({ file, included }: Include): string =>
  `${file} does not include ${included}, so nothing runs it. Add "- local: ${included}" to its list "include".`;

/** Those of all providers that are above the project's folder: what is written there, and nothing else. */
export const pipelinesAbove = (place: string): string[] =>
  providerNames.map(name => pipelinePath(name, place)).filter(path => path.startsWith('../'));

/** Whether a path from a project's folder is one that some project in a subfolder of a repository has its pipeline at. */
export function isPipelineAbove(path: string): boolean {
  const inRepository = path.replace(/^(\.\.\/)+/, '');
  if (inRepository === path) return false;
  return Object.values<ProviderFile>(providers).some(({ inRoot }) => {
    if (!inRoot) return false;
    const [before = '', after = ''] = inRoot('\n').split('\n');
    const slug = inRepository.slice(before.length, inRepository.length - after.length);
    return isSlug(slug) && inRepository === inRoot(slug);
  });
}

/** What `slugOf` returns. */
const isSlug = (text: string): boolean => /^[a-z0-9]+([.-][a-z0-9]+)*$/.test(text);

/**
 * A name for the project in a folder of a repository that no project in another folder has: for files, caches and images, whose
 * names have only lower-case letters, digits, and single "." and "-" between them.
 */
export function slugOf(place: string): string {
  const plain = place.replaceAll('/', '.');
  if (isSlug(plain) && !place.includes('.')) return plain;
  const readable = plain.toLowerCase().match(/[a-z0-9]+/g) ?? [];
  return [...readable, createHash('sha256').update(place).digest('hex').slice(0, 8)].join('-');
}

/** @throws Failure (exit code 2) for a folder whose path would be a pattern, or need quotes, in a pipeline */
export function checkPlace(place: string): void {
  if (place === '' || /^[\w.][\w./-]*$/.test(place)) return;
  throw badRequest(
    `ci: the project is in the folder ${JSON.stringify(place)} of its git repository, and pipelines filter by that path.`,
    'Rename its folders so that they have only letters (a to z), digits, ".", "_" and "-".',
  );
}

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
  const table = { names: providerNames, unknown: (name: string) => `unknown CI provider ${name}` };
  return [...readNames<Provider>(texts, table, where)].sort();
}
