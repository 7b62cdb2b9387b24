import { existsSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { readTextIfExists } from '../fs/text-file.ts';

/** The files that make a folder the root of a Bazel workspace. */
const rootFiles = ['MODULE.bazel', 'REPO.bazel', 'WORKSPACE', 'WORKSPACE.bazel'];

/** A Bazel workspace that a folder is in. */
export interface EnclosingWorkspace {
  readonly root: string;
  /** The path from there to the folder. */
  readonly path: string;
}

/** The nearest Bazel workspace above a folder (an absolute path) that takes it up: its `//...` includes the folder. */
export function enclosingWorkspace(folder: string): EnclosingWorkspace | undefined {
  for (let root = dirname(folder); ; root = dirname(root)) {
    if (rootFiles.some(file => existsSync(join(root, file)))) {
      const path = relative(root, folder).split(sep).join('/');
      return isIgnored(root, path) ? undefined : { root, path };
    }
    if (root === dirname(root)) return undefined;
  }
}

/** Whether .bazelignore names the folder, or one above it. */
const isIgnored = (root: string, path: string): boolean =>
  (readTextIfExists(join(root, '.bazelignore')) ?? '')
    .split('\n')
    .map(line => line.trim())
    .some(line => line !== '' && `${path}/`.startsWith(line.endsWith('/') ? line : `${line}/`));

/** The warning that a new project is inside of a Bazel workspace. */
export function enclosingWarnings(folder: string): string[] {
  const found = enclosingWorkspace(folder);
  if (!found) return [];
  const { root, path } = found;
  return [
    `${folder} is inside the Bazel workspace ${root}, whose \`bazel test //...\` takes it up as packages of its own. ` +
      `Choose a folder outside, or add the line ${path} to ${join(root, '.bazelignore')}.`,
  ];
}
