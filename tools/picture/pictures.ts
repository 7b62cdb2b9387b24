import { record } from './recording.ts';
import { palettes, svgOf } from './svg.ts';

const description =
  'A terminal: nix-python-container hello asks its questions, shows all answers, writes the project and says what to do next.';

/** The pictures of the README by their paths, from a new recording. */
export async function pictures(): Promise<Map<string, string>> {
  const frames = await record();
  return new Map(
    Object.entries(palettes).map(([name, palette]) => [
      `docs/picture-${name}.svg`,
      svgOf(frames, palette, description),
    ]),
  );
}
