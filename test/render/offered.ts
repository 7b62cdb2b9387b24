import { offeredBazels, offeredPythons, type Release, releases } from '../../src/catalog/releases.ts';

/** A release with one of its Pythons (`3.13`) and one of its Bazels (`8`). */
export interface Offered {
  readonly release: Release;
  readonly python: string;
  readonly bazel: string;
}

/** All that the catalog offers. matrix.test.ts renders it, and docs/support.md says so. */
export const offered = (): Offered[] =>
  releases().flatMap(release =>
    offeredBazels(release).flatMap(({ name: bazel }) =>
      offeredPythons(release).map(({ name: python }) => ({ release, python, bazel })),
    ),
  );
