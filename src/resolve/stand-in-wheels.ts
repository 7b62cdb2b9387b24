import { failed } from '../errors/failure.ts';
import { runProcess } from '../process/run-process.ts';
import type { Resolver, ResolverContext } from './resolver.ts';

// Written by Python, whose library has zip files. Arguments: the folder, then a name and a version in turn.
const script = `
import sys, zipfile
folder, words = sys.argv[1], sys.argv[2:]
for name, version in zip(words[::2], words[1::2]):
    stem = "%s-%s" % (name.replace("-", "_"), version)
    files = {
        "METADATA": "Metadata-Version: 2.1\\nName: %s\\nVersion: %s\\n" % (name, version),
        "WHEEL": "Wheel-Version: 1.0\\nGenerator: nix-python-container\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n",
        "RECORD": "",
    }
    with zipfile.ZipFile("%s/%s-py3-none-any.whl" % (folder, stem), "w") as wheel:
        for path, text in files.items():
            wheel.writestr("%s.dist-info/%s" % (stem, path), text)
`;

/**
 * Writes empty wheels for the packages that nixpkgs builds, so that a resolver takes them in those versions. They are left out
 * of the lock.
 */
export async function writeStandIns(
  versions: ReadonlyMap<string, string>,
  into: string,
  { python }: Resolver,
  { environment, signal }: ResolverContext,
): Promise<void> {
  if (versions.size === 0) return;
  const { fault, message } = await runProcess(python, ['-I', '-c', script, into, ...[...versions].flat()], {
    environment,
    signal,
    timeout: 60_000,
  });
  if (fault) throw failed(`Stand-ins for the packages of nixpkgs could not be written: ${message}.`, 'Run it again.');
}
