import { type Frame, type Run, size } from './recording.ts';

/** Colours of a terminal, as GitHub has them around the picture. */
interface Palette {
  readonly background: string;
  readonly border: string;
  readonly text: string;
  /** By the number that terminals have for a colour. */
  readonly colours: Readonly<Record<number, string>>;
}

export const palettes = {
  light: {
    background: '#f6f8fa',
    border: '#d1d9e0',
    text: '#1f2328',
    colours: { 1: '#cf222e', 2: '#116329', 3: '#7d4e00', 4: '#0550ae', 5: '#8250df', 6: '#1b7c83', 8: '#59636e' },
  },
  dark: {
    background: '#0d1117',
    border: '#3d444d',
    text: '#e6edf3',
    colours: { 1: '#ff7b72', 2: '#3fb950', 3: '#d29922', 4: '#58a6ff', 5: '#bc8cff', 6: '#39c5cf', 8: '#9198a1' },
  },
} as const satisfies Record<string, Palette>;

/** Runs that come to the screen with one frame and go with another. */
interface Span {
  readonly from: number;
  readonly until: number;
  readonly runs: readonly Run[];
}

const font = 14;
const cell = { width: 8.43, height: 18 } as const;
const margin = 16;
const rounded = (number: number): number => Number(number.toFixed(2));

/**
 * An animated picture of a recording, that repeats. Where nothing moves, as some readers prefer, it is the last frame.
 * @param description what happens in it, for those who do not see it
 */
export function svgOf(frames: readonly Frame[], palette: Palette, description: string): string {
  const starts = [0];
  for (const { milliseconds } of frames) starts.push((starts.at(-1) ?? 0) + milliseconds);
  const total = starts.at(-1) ?? 0;
  const percent = (frame: number): string => `${rounded(((starts[frame] ?? 0) / total) * 100)}%`;
  const width = Math.ceil(size.columns * cell.width + 2 * margin);
  const height = size.rows * cell.height + 2 * margin;

  const rules: string[] = [];
  const groups: string[] = [];
  for (const [at, { from, until, runs }] of spans(frames).entries()) {
    const texts = runs.map(textElement).join('');
    const isLast = until === frames.length;
    if (from === 0 && isLast) {
      groups.push(`<g>${texts}</g>`);
      continue;
    }
    const steps = [
      ...(from > 0 ? ['0%{visibility:hidden}'] : []),
      `${percent(from)}{visibility:visible}`,
      ...(isLast ? [] : [`${percent(until)}{visibility:hidden}`]),
    ];
    rules.push(`@keyframes k${at}{${steps.join('')}}#g${at}{animation-name:k${at}}`);
    groups.push(`<g id="g${at}"${isLast ? '' : ' class="gone"'}>${texts}</g>`);
  }
  const colours = Object.entries(palette.colours).map(([number, colour]) => `.c${number}{fill:${colour}}`);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img">`,
    `<title>${escaped(description)}</title>`,
    '<style>',
    `text{font:${font}px ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;fill:${palette.text};white-space:pre}`,
    `.b{font-weight:bold}.d{opacity:.7}${colours.join('')}`,
    '.gone{visibility:hidden}',
    `g{animation:${total}ms step-end infinite}`,
    ...rules,
    '@media(prefers-reduced-motion:reduce){svg g{animation:none}}',
    '</style>',
    `<rect x=".5" y=".5" width="${width - 1}" height="${height - 1}" rx="8" fill="${palette.background}" stroke="${palette.border}"/>`,
    ...groups,
    '</svg>',
    '',
  ].join('\n');
}

/** Each run in the span of frames during which it stays; one that comes twice is in two. */
function spans(frames: readonly Frame[]): Span[] {
  const found = new Map<string, { from: number; until: number; runs: Run[] }>();
  let open = new Map<string, { run: Run; from: number }>();
  for (const [at, { runs }] of [...frames, { runs: [] }].entries()) {
    const next = new Map(
      runs.map((run): [string, { run: Run; from: number }] => [JSON.stringify(run), { run, from: at }]),
    );
    for (const [key, { run, from }] of open) {
      if (next.has(key)) {
        next.set(key, { run, from });
        continue;
      }
      const span = found.get(`${from} ${at}`) ?? { from, until: at, runs: [] };
      span.runs.push(run);
      found.set(`${from} ${at}`, span);
    }
    open = next;
  }
  return [...found.values()];
}

/** A width is given, so that columns stay in line whatever font the reader has. */
function textElement({ row, column, text, colour, bold, dim }: Run): string {
  const classes = [...(colour === undefined ? [] : [`c${colour}`]), ...(bold ? ['b'] : []), ...(dim ? ['d'] : [])];
  const x = rounded(margin + column * cell.width);
  const y = margin + row * cell.height + font;
  const length = text.length > 1 ? ` textLength="${rounded(text.length * cell.width)}"` : '';
  const names = classes.length > 0 ? ` class="${classes.join(' ')}"` : '';
  return `<text x="${x}" y="${y}"${length}${names}>${escaped(text)}</text>`;
}

const escaped = (text: string): string => text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
