import { dialectOf, rules } from '../../src/catalog/rules.ts';
import { pipelinePath, type Provider, providerNames } from '../../src/model/ci-providers.ts';
import type { Platform } from '../../src/model/platforms.ts';
import { renderPipelines } from '../../src/render/render.ts';
import type { Job } from './ci-providers.ts';

/** The platforms of the projects with a Bazel, if not amd64 alone. */
const platformsOf: Readonly<Record<string, readonly Platform[]>> = { 7: ['arm64'], 9: ['amd64', 'arm64'] };

/**
 * Every Bazel, with and without a remote cache, in a repository's root and in a subfolder; those with a remote cache have a further
 * service and process too, checks, look for vulnerabilities, and sign: with a key, in a subfolder keyless.
 */
export const combinations = [...rules().workspace.bazels, ...rules().bzlmod.bazels].flatMap(bazel =>
  ['', 'grpcs://cache.example.com'].flatMap(remoteCache =>
    ['', 'services/api'].map(place => {
      const services = remoteCache ? [{ name: 'mail-out', module: 'mail_out' }] : [];
      const packagesFrom = remoteCache ? 'pypi' : 'nixpkgs';
      const names = { name: 'my-service', module: 'my_service' };
      const processes = remoteCache ? [{ name: 'send-mail', module: 'send_mail', command: ['rq', 'worker'] }] : [];
      const platforms = platformsOf[bazel] ?? ['amd64'];
      const sign = remoteCache ? (place ? 'keyless' : 'key') : 'none';
      const security = { sign, scan: remoteCache ? 'high' : 'none' } as const;
      const further = { services, processes, platforms, place };
      const quality = remoteCache ? (['checks'] as const) : [];
      const project = { ...names, bazel, remoteCache, packagesFrom, quality, ...further, ...security } as const;
      const texts = renderPipelines(providerNames, project);
      return {
        what: `Bazel ${bazel}${remoteCache && ' with a remote cache'}${place && ' in a subfolder'}`,
        bazel,
        bzlmod: dialectOf(bazel) === 'bzlmod',
        remoteCache,
        platforms,
        sign,
        place,
        below: place && `${place}/`,
        of: (provider: Provider) => texts.get(pipelinePath(provider, place)) as string,
      };
    }),
  ),
);
export type Combination = (typeof combinations)[number];

/** The jobs of its pipelines. */
export const jobsOf = ({ platforms }: Combination): readonly Job[] =>
  platforms.length > 1 ? ['test', 'push', 'index'] : ['test', 'push'];

/** A project of which only the pipelines matter. */
export const exampleProject = {
  name: 'a',
  module: 'a',
  bazel: '8',
  remoteCache: '',
  packagesFrom: 'nixpkgs',
  services: [],
  processes: [],
  platforms: ['amd64'],
  place: '',
  sign: 'none',
  scan: 'none',
  quality: [],
} as const;
