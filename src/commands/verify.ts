import { resolve } from 'node:path';
import type { Verified } from '../bazel/verify.ts';
import { ExitCode } from '../errors/failure.ts';
import { causesOf, type Difference } from '../image/compare-images.ts';
import type { Context } from '../load/context.ts';
import { openProject } from '../load/find-project.ts';
import { parseProcesses } from '../model/processes.ts';
import { parseServices } from '../model/services.ts';
import { presentable } from '../text/shown.ts';
import { printResult } from './json-output.ts';
import type { Request } from './request.ts';

/** `verify`: builds the images of a project twice, and tells in what they differ. */
export async function runVerify({ positionals, on }: Request, context: Context): Promise<ExitCode> {
  const { folder, name, stored, files } = openProject(resolve(context.folder, positionals[0] ?? '.'));
  const services = parseServices(stored.services, name);
  const images = [
    '//image:image',
    ...services.map(({ module }) => `//${module}/image:image`),
    ...parseProcesses(stored.processes, name, services).map(({ module }) => `//image:${module}`),
  ];
  const { verify } = await import('../bazel/verify.ts');
  const { refuseOldNix } = await import('./refuse-old-nix.ts');
  await refuseOldNix(folder, context);
  const { environment, signal, interactive, stderr } = context;
  const layouts = files.text('MODULE.bazel') !== undefined;
  const verified = await verify(
    { folder, environment, signal, interactive, write: stderr.write },
    { name, images, layouts },
  );
  const same = isSame(verified);
  printResult({ on }, context, { text: describe(verified), json: { target: folder, same, ...verified } });
  return same ? ExitCode.done : ExitCode.failed;
}

const isSame = ({ images, nix }: Verified): boolean =>
  nix.unstable.length === 0 && images.every(({ digests: [first, second] }) => first === second);

/** How many differences are printed of each image; `--json` has all. */
const most = 20;

/** The result as text: a line for each image and for Nix, below it what differs, and at last the usual causes of that. */
export function describe(verified: Verified): string {
  const { images, nix } = verified;
  const lines = images.flatMap(({ label, digests: [first, second], differences }) => [
    first === second ? `     same  ${label} ${first}` : `  differs  ${label} ${first} ${second}`,
    ...listed(differences),
  ]);
  const unstable = nix.unstable.flatMap(({ derivation, differences }) => [
    `  differs  ${derivation}, which Nix built again`,
    ...listed(differences),
  ]);
  const count = nix.rebuilt.length;
  const rebuilt =
    nix.unstable.length > 0
      ? []
      : count > 0
        ? [`     same  the base image: Nix built its ${count} derivations again`]
        : ['     note  Nix has nothing of the base image to build again: all of it came from a binary cache'];
  const all = [...images.flatMap(({ differences }) => differences), ...nix.unstable.flatMap(one => one.differences)];
  const verdict = isSame(verified)
    ? 'Reproducible: both builds gave the same image. Nix did not build the packages in it again.'
    : 'Not reproducible.';
  return presentable([...lines, ...unstable, ...rebuilt, verdict, ...causesOf(all)].join('\n')) + '\n';
}

const listed = (differences: readonly Difference[]): string[] => [
  ...differences.slice(0, most).map(difference => `           ${sentence(difference)}`),
  ...(differences.length > most ? [`           and ${differences.length - most} more`] : []),
];

/** A difference as a line. */
function sentence({ kind, layer, path, line, first, second }: Difference): string {
  const place = [layer === undefined ? '' : `layer ${layer}`, path ?? '', line === undefined ? '' : `line ${line}`]
    .filter(part => part !== '')
    .join(', ');
  const [one, other] = [first, second].map(value => value || '(none)');
  const what = { content: 'contents', target: 'link', missing: 'only in one', setting: 'configuration' }[
    kind as string
  ];
  return `${place}${place && ': '}${what ?? kind}: ${one} / ${other}`;
}
