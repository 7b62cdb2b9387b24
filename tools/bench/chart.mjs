// A bar chart as SVG that is legible on light and dark pages: no background, middle tones, grey text.
const width = 760;
const labels = 270;
const bar = 16;
const step = 26;
const colors = { baseline: '#8a8f98', ours: '#2f81c7', peers: '#c77d2f', yo: '#8a63c7' };

const escape = text => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

/** Bars of medians with whiskers from quartile to quartile, in milliseconds. The scale is logarithmic: yo takes fifty times as long as Node. */
export function barChart(rows) {
  const most = Math.max(...rows.map(({ high }) => high));
  const least = 10;
  const room = width - labels - 70;
  const at = value => labels + (Math.log(Math.max(value, least) / least) / Math.log(most / least)) * room;
  const height = rows.length * step + 40;
  const ticks = [10, 30, 100, 300, 1000, 3000].filter(value => value <= most);
  const lines = ticks.map(
    value =>
      `<line x1="${at(value).toFixed(1)}" x2="${at(value).toFixed(1)}" y1="8" y2="${height - 26}" class="grid"/>` +
      `<text x="${at(value).toFixed(1)}" y="${height - 10}" class="tick">${value}</text>`,
  );
  const bars = rows.map(({ name, group, low, median, high }, row) => {
    const y = 10 + row * step;
    const middle = y + bar / 2;
    return [
      `<text x="${labels - 8}" y="${middle + 4}" class="name">${escape(name)}</text>`,
      `<rect x="${labels}" y="${y}" width="${(at(median) - labels).toFixed(1)}" height="${bar}" fill="${colors[group]}"/>`,
      `<line x1="${at(low).toFixed(1)}" x2="${at(high).toFixed(1)}" y1="${middle}" y2="${middle}" class="spread"/>`,
      `<text x="${(at(high) + 6).toFixed(1)}" y="${middle + 4}">${median.toFixed(0)}</text>`,
    ].join('\n');
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-label="Milliseconds of whole processes">
<style>
text { font: 12px system-ui, sans-serif; fill: #6e7681; }
.name { text-anchor: end; }
.tick { text-anchor: middle; }
.grid { stroke: #8a8f98; stroke-opacity: 0.3; }
.spread { stroke: #6e7681; stroke-width: 2; }
</style>
${[...lines, ...bars].join('\n')}
<text x="${width - 4}" y="${height - 10}" style="text-anchor: end">ms, logarithmic</text>
</svg>
`;
}
