import { createHash } from 'node:crypto';
import { readFile, realpath } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { failed } from '../errors/failure.ts';
import type { LockedPackage, LockedWheel } from '../lock/lock-file.ts';

/**
 * What a resolver found, as it is locked: each wheel with its sha256, those in the project by their path.
 * @param folder that of the project
 * @throws Failure (exit code 1) for packages without wheels, and wheels without a sha256
 */
export async function lockedPackages(packages: readonly LockedPackage[], folder: string): Promise<LockedPackage[]> {
  const sources = packages.filter(({ wheels }) => wheels.length === 0);
  if (sources.length > 0) {
    const names = sources.map(({ name, version }) => `${name} ${version}`.trim());
    throw failed(
      `Only wheels can be locked, but ${names.join(', ')} would have to be built from sources.`,
      'Put a wheel into the folder wheels/, or take the package from nixpkgs: add its name to packages below [tool.nixpkgs] in pyproject.toml.',
    );
  }
  const base = await realpath(folder);
  const locked = await Promise.all(
    packages.map(async each => ({
      ...each,
      wheels: await Promise.all(each.wheels.map(async wheel => inProject(await withHash(wheel), base))),
    })),
  );
  const unhashed = locked.flatMap(({ wheels }) => wheels).find(({ hashes }) => hashes.sha256 === undefined);
  if (unhashed) {
    throw failed(
      `The index gives no sha256 of ${unhashed.name}.`,
      'Choose an index that does, or put the wheel into the folder wheels/.',
    );
  }
  return locked;
}

/** uv hashes no files, and takes the hashes of an index. */
async function withHash(wheel: LockedWheel): Promise<LockedWheel> {
  if (wheel.hashes.sha256 !== undefined || !wheel.url?.startsWith('file:')) return wheel;
  const sha256 = createHash('sha256')
    .update(await readFile(fileURLToPath(wheel.url)))
    .digest('hex');
  return { ...wheel, hashes: { ...wheel.hashes, sha256 } };
}

/** A wheel in the project's own folder by its path, which is the same for everybody. */
async function inProject(wheel: LockedWheel, folder: string): Promise<LockedWheel> {
  if (!wheel.url?.startsWith('file:')) return wheel;
  const file = fileURLToPath(wheel.url);
  // Resolvers may follow links to the folder, or not.
  const path = relative(folder, join(await realpath(dirname(file)), basename(file)));
  if (isAbsolute(path) || path.split(sep)[0] === '..') return wheel;
  const { url: _url, ...rest } = wheel;
  return { ...rest, path: path.split(sep).join('/') };
}
