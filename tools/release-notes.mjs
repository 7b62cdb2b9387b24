// Prints the notes of one version from CHANGELOG.md, for the release. Usage: node tools/release-notes.mjs 1.2.3
import { readFileSync } from 'node:fs';

const [version] = process.argv.slice(2);
const changelog = readFileSync(new URL('../CHANGELOG.md', import.meta.url), 'utf8');
const sections = changelog.split(/^## /m);
const section = sections.find(text => text.startsWith(`[${version}]`));
if (!section) {
  console.error(`CHANGELOG.md has no section [${version}].`);
  process.exit(1);
}
console.log(section.slice(section.indexOf('\n')).trim());
