import { read } from './read.ts';
import { findRelease, type Release } from './releases.ts';

/** The tools of nixpkgs that projects use on request, and that not every release has in a version which will do. */
export type ToolName = 'ruff' | 'cosign' | 'grype';

/** `since`: the first release that will do; `before`: what earlier ones have, as the object of a sentence. */
export interface Tool {
  readonly since: string;
  readonly before: string;
}

let loaded: Readonly<Record<ToolName, Tool>> | undefined;

/** What a release lacks to use a tool; undefined if it has what is needed, as rolling channels do. */
export function lackOf(tool: ToolName, { released }: Release): Tool | undefined {
  loaded ??= (read('tools.json') as { readonly tools: Readonly<Record<ToolName, Tool>> }).tools;
  const wanted = loaded[tool];
  const first = findRelease(wanted.since)?.released ?? '';
  return released !== undefined && released < first ? wanted : undefined;
}
