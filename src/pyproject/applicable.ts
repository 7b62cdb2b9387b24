import { evaluateMarker } from '../packaging/marker.ts';
import { splitMarker } from '../packaging/package-source.ts';

/** The machines that images are for. */
const machines = ['x86_64', 'aarch64'];

/**
 * The requirements of a list without their environment markers, as nix/python.nix reads them; those whose marker holds on no
 * machine are left out.
 * @param pythonVersion a minor version (`3.13`); without it, a marker that needs it holds
 * @param where the place that messages name
 * @throws Failure (exit code 2) for an invalid marker
 */
export const applicable = (texts: readonly string[], pythonVersion: string | undefined, where: string): string[] =>
  texts.flatMap(text => {
    const { stated, marker } = splitMarker(text);
    if (marker === undefined) return [text];
    const truths = machines.map(machine => evaluateMarker(marker, { machine, pythonVersion }, where));
    return truths.every(truth => truth === false) ? [] : [stated];
  });
