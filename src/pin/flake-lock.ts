import { parseJson } from '../text/json.ts';
import { badRequest } from '../errors/failure.ts';
import { withoutByteOrderMark } from '../text/byte-order-mark.ts';
import { foreignSource } from './flake-sources.ts';
import { parsePinRequest, type Pin } from './pin.ts';

/** A node of a flake.lock: an input and its own inputs. Nothing in it has been checked. */
interface Node {
  readonly locked?: Readonly<Record<string, unknown>>;
  readonly original?: Readonly<Record<string, unknown>>;
  readonly inputs?: Readonly<Record<string, unknown>>;
  /** The input that a relative path is relative to; empty for the flake itself. */
  readonly parent?: unknown;
}

interface FlakeLock {
  readonly nodes: Readonly<Record<string, Node>>;
  readonly root: string;
}

/** What a flake.lock says about nixpkgs. */
export type LockedNixpkgs =
  | { readonly kind: 'pin'; readonly pin: Pin }
  /** nix/nixpkgs.nix can fetch it, but this generator writes no such pin, and leaves it alone. `from` says where it comes from. */
  | { readonly kind: 'other'; readonly from: string }
  /**
   * nix/nixpkgs.nix cannot fetch it. `problem` is the end of a sentence that begins with "flake.lock"; `isFetched` is false if the
   * lock is all right, but of a kind that only flakes fetch.
   */
  | { readonly kind: 'invalid'; readonly problem: string; readonly isFetched?: false };

/** Reads what a flake.lock says about nixpkgs. */
export function readLockedNixpkgs(text: string): LockedNixpkgs {
  let found: FoundNode | undefined;
  try {
    found = nixpkgsNode(parse(text));
  } catch (error) {
    return { kind: 'invalid', problem: `is not JSON: ${(error as Error).message}` };
  }
  if (!found?.node.locked) return { kind: 'invalid', problem: 'has no nixpkgs' };
  const { node, follows } = found;
  if (!follows && isPin(node)) return { kind: 'pin', pin: { locked: node.locked, original: node.original } };
  const source = foreignSource(found.node.locked, node.parent);
  if ('problem' in source) return { kind: 'invalid', problem: source.problem, isFetched: false };
  return { kind: 'other', from: follows ? `the input ${follows.join('/')}, which is ${source.from}` : source.from };
}

/** The pin of nixpkgs in a flake.lock; undefined if it is not of a kind that this generator writes. */
export function pinOfLock(text: string): Pin | undefined {
  const nixpkgs = readLockedNixpkgs(text);
  return nixpkgs.kind === 'pin' ? nixpkgs.pin : undefined;
}

/** The content of a flake.lock (version 7) with one input, nixpkgs. Its keys are sorted, as Nix writes them. */
export const flakeLockOf = ({ locked, original }: Pin): object => ({
  nodes: {
    nixpkgs: { locked: sorted(locked), original: sorted(original) },
    root: { inputs: { nixpkgs: 'nixpkgs' } },
  },
  root: 'root',
  version: 7,
});

/**
 * A flake.lock with the pin of nixpkgs replaced by that of a generated one; other inputs stay.
 * @throws Failure (exit code 2) if it has no pin of nixpkgs
 */
export function withPinOf(generated: string, text: string): string {
  const { locked, original } = nixpkgsNode(parse(generated))?.node ?? {};
  try {
    const lock = parse(text) as FlakeLock;
    const { name, node, follows } = nixpkgsNode(lock) as FoundNode;
    const pin = { locked, original };
    if (follows) return `${JSON.stringify(withOwnNode(lock, pin), undefined, 2)}\n`;
    if (JSON.stringify({ locked: node.locked, original: node.original }) === JSON.stringify(pin)) return text;
    const { parent: _, ...rest } = node;
    const nodes = { ...lock.nodes, [name]: { ...rest, ...pin } };
    return `${JSON.stringify({ ...lock, nodes }, undefined, 2)}\n`;
  } catch (error) {
    throw badRequest(
      'flake.lock has no pin of nixpkgs.',
      'Restore it from an older commit: nix-python-container reads the pin there.',
      error,
    );
  }
}

const parse = (text: string): unknown => parseJson(withoutByteOrderMark(text));

/** A lock in which nixpkgs is a node of its own, and follows no other input any more. */
function withOwnNode(lock: FlakeLock, pin: object): object {
  const { nodes, root } = lock;
  let name = 'nixpkgs';
  for (let n = 2; Object.hasOwn(nodes, name); n++) name = `nixpkgs_${n}`;
  const inputs = { ...nodes[root]?.inputs, nixpkgs: name };
  return { ...lock, nodes: { ...nodes, [name]: pin, [root]: { ...nodes[root], inputs } } };
}

/** The node of nixpkgs, and the input that it follows, if it does: as a path from the flake, in the order of the names. */
interface FoundNode {
  readonly name: string;
  readonly node: Node;
  readonly follows?: readonly string[];
}

/** The node that nix/nixpkgs.nix reads. Beside inputs with a nixpkgs of their own, its name may be `nixpkgs_2`. */
function nixpkgsNode(lock: unknown): FoundNode | undefined {
  const { nodes, root } = (lock ?? {}) as Partial<FlakeLock>;
  /** The name of the node that an input stands for. Paths may lead to paths, but not for ever. */
  const nameOf = (input: unknown, depth = 0): string | undefined => {
    if (typeof input === 'string') return input;
    if (!Array.isArray(input) || depth > 20) return undefined;
    return input.reduce<string | undefined>(
      (node, name) => (node === undefined ? node : nameOf(nodes?.[node]?.inputs?.[String(name)], depth + 1)),
      root,
    );
  };
  const input = nodes?.[root ?? '']?.inputs?.nixpkgs;
  const name = nameOf(input);
  const node = name === undefined ? undefined : nodes?.[name];
  if (name === undefined || !node) return undefined;
  return { name, node, ...(Array.isArray(input) ? { follows: input.map(String) } : {}) };
}

/** Whether a node is a pin of a kind that this generator writes. The file may come from anywhere, and its strings go into flake.nix. */
function isPin(node: Node): node is Node & Pin {
  const { locked = {}, original = {} } = node;
  // Another host, and a flake in a subfolder.
  if ([locked, original].some(part => 'host' in part || 'dir' in part)) return false;
  if (locked.type !== original.type || !/^sha256-[A-Za-z0-9+/]{43}=$/.test(String(locked.narHash))) return false;
  if (locked.type === 'tarball') return isTarballUrl(locked.url) && isTarballUrl(original.url);
  const { owner, repo, rev, lastModified } = locked;
  const words = [owner, repo, original.owner, original.repo, original.ref ?? original.rev ?? 'none'];
  return (
    locked.type === 'github' &&
    words.every(isWord) &&
    /^[0-9a-f]{40}$/.test(String(rev)) &&
    Number.isInteger(lastModified)
  );
}

/** Whether a value needs no quoting in Nix, JSON or a shell. */
const isWord = (value: unknown): boolean => typeof value === 'string' && /^[A-Za-z0-9][A-Za-z0-9._/-]*$/.test(value);

/** Whether a value is a URL as `parsePinRequest` normalises it. */
function isTarballUrl(value: unknown): boolean {
  try {
    const request = parsePinRequest(String(value));
    return request.kind === 'url' && request.url === value;
  } catch {
    return false;
  }
}

const sorted = (object: object): object =>
  Object.fromEntries(Object.entries(object).sort(([a], [b]) => (a < b ? -1 : 1)));
