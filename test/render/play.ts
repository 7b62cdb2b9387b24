import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Provider } from '../../src/model/ci-providers.ts';
import { execute } from '../commands/process.ts';
import { type Job, providersUnderTest } from './ci-providers.ts';
import type { Combination } from './pipelines.ts';

/**
 * A folder of programs that append their arguments to the file `calls`; nix-shell also runs its command, with Bazel on PATH. What
 * Bazel runs prints what a push of rules_oci does: the repository, with the label in place of the digest.
 */
export function stage(folder: string, provider: Provider): string {
  const place = mkdtempSync(join(folder, 'run-'));
  const program = (path: string, text: string) => {
    mkdirSync(join(place, path, '..'), { recursive: true });
    writeFileSync(join(place, path), `#!/bin/sh\n${text}\n`);
    chmodSync(join(place, path), 0o755);
  };
  const note = (name: string) => `printf '%s' ${name} >> "$CALLS"; printf ' [%s]' "$@" >> "$CALLS"; echo >> "$CALLS"`;
  program('bin/nix-shell', `[ "$1" = --run ] || exit 9; PATH=${place}/inner:$PATH exec sh -c "$2"`);
  const built = `case "$*" in *crane | *grype) echo ${place} ;; *attest.nix) echo ${place}/attest ;; *) echo /nix/store/one ;; esac`;
  program('bin/nix-build', `${note('nix-build')}; ${built}`);
  program('bin/nix', note('nix'));
  program('bin/crane', `${note('crane')}; echo "\${4%:*}@of-index"`);
  program('bin/grype', note('grype'));
  program('attest', note('attest'));
  program('bin/docker', `${note('docker')}; cat >> "$CALLS"; echo >> "$CALLS"`);
  const password = '[ -z "$DOCKER_CONFIG" ] || cat "$DOCKER_CONFIG/config.json" >> "$CALLS"';
  // The digest of an image, in the file of either dialect, says of which.
  const digests = `for label; do case $label in *.digest)
    image=\${label#//} image=\${image%.digest} file=bazel-bin/$(echo "$image" | tr : /)
    mkdir -p "$(dirname "$file")"; echo "of-$image" | tee "$file.digest" > "$file.json.sha256" ;; esac; done`;
  program(
    'inner/bazel',
    `${note('bazel')}; ${password}; ${digests}; [ "$4" != --repository ] || echo "$5@$PLATFORM:$2"`,
  );
  for (const path of ['project/services/api', join(providersUnderTest[provider].restored, 'bazel-disk')])
    mkdirSync(join(place, path), { recursive: true });
  writeFileSync(join(place, 'settings'), 'build --jobs=2\n');
  return place;
}

/** Runs a job in a stage: all programs called there until now, and the user.bazelrc that the jobs wrote. */
export async function playOn(
  place: string,
  provider: Provider,
  { of, place: within }: Combination,
  job: Job,
  more: Readonly<Record<string, string>> = {},
): Promise<{ calls: string[]; bazelrc: string }> {
  const { scripts, shell, variables, startsIn } = providersUnderTest[provider];
  const env = {
    ...{ PATH: `${place}/bin:${process.env.PATH}`, HOME: `${place}/home`, CALLS: `${place}/calls` },
    ...{ ...variables(place), ...more },
  };
  const script = scripts(of(provider), job).join('\n');
  const cwd = join(place, 'project', startsIn(of(provider)));
  const { code, stderr } = await execute([...shell, script], { cwd, env });
  assert.equal(code, 0, stderr);
  const read = (path: string) =>
    existsSync(join(place, path)) ? readFileSync(join(place, path), 'utf8').replaceAll(place, '') : '';
  return { calls: read('calls').split('\n'), bazelrc: read(join('project', within, 'user.bazelrc')) };
}

/** Runs a job in a stage of its own. */
export const play = (
  folder: string,
  provider: Provider,
  combination: Combination,
  job: Job,
  more: Readonly<Record<string, string>> = {},
): ReturnType<typeof playOn> => playOn(stage(folder, provider), provider, combination, job, more);

export const isBazel = (call: string): boolean => call.startsWith('bazel ');
