import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Repository } from '../adopt/repository.ts';
import { readRawTextIfExists } from '../fs/text-file.ts';
import { recordPath } from '../plan/record.ts';

/** Folders with nobody's own code. */
const skipped =
  /^(?:\..*|__pycache__|node_modules|venv|env|virtualenv|site-packages|build|dist|.*\.egg-info|bazel-.*|result.*)$/;
/** Hidden files that tell something. */
const telling = /^\.(?:(?:flaskenv|gitignore|dockerignore|envrc)$|.*[Dd]ockerfile)/;

/** Bounds: no application has more files of its own, no module that is read more characters. */
const mostPaths = 20_000;
const mostDepth = 8;
const mostCharacters = 400_000;

/** The files below a folder, as far as they may be code; links are not followed. */
export function repositoryFiles(folder: string): Repository {
  const paths: string[] = [];
  const list = (below: string, depth: number): void => {
    let entries;
    try {
      entries = readdirSync(join(folder, below), { withFileTypes: true });
    } catch {
      // What cannot be read is not adopted.
      return;
    }
    // Another project of this generator has its own app.
    if (below !== '' && entries.some(({ name }) => name === recordPath)) return;
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const path = below === '' ? entry.name : `${below}/${entry.name}`;
      if (paths.length >= mostPaths) return;
      if (entry.isDirectory()) {
        if (!skipped.test(entry.name) && depth < mostDepth) list(path, depth + 1);
      } else if (entry.isFile() && (!entry.name.startsWith('.') || telling.test(entry.name))) {
        paths.push(path);
      }
    }
  };
  list('', 0);
  const texts = new Map<string, string | undefined>();
  return {
    paths,
    text: path => {
      if (!texts.has(path)) {
        const text = readRawTextIfExists(join(folder, path));
        texts.set(path, text !== undefined && text.length <= mostCharacters && !text.includes('\0') ? text : undefined);
      }
      return texts.get(path);
    },
  };
}
