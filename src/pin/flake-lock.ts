import { badRequest } from '../errors/failure.ts';
import { withoutByteOrderMark } from '../text/byte-order-mark.ts';
import { parsePinRequest, type Pin } from './pin.ts';

/** A node of a flake.lock: an input and its own inputs. Nothing in it has been checked. */
interface Node {
  readonly locked?: Readonly<Record<string, unknown>>;
  readonly original?: Readonly<Record<string, unknown>>;
  readonly inputs?: Readonly<Record<string, unknown>>;
}

interface FlakeLock {
  readonly nodes: Readonly<Record<string, Node>>;
  readonly root: string;
}

/** What a flake.lock says about nixpkgs. */
export type LockedNixpkgs =
  | { readonly kind: 'pin'; readonly pin: Pin }
  /** nix/nixpkgs.nix can fetch it, but this generator writes no such pin. */
  | { readonly kind: 'other' }
  /** nix/nixpkgs.nix cannot fetch it. `problem` is the end of a sentence that begins with "flake.lock". */
  | { readonly kind: 'invalid'; readonly problem: string };

/** Reads what a flake.lock says about nixpkgs. */
export function readLockedNixpkgs(text: string): LockedNixpkgs {
  let node: Node | undefined;
  try {
    node = nixpkgsNode(parse(text))?.node;
  } catch (error) {
    return { kind: 'invalid', problem: `is not JSON: ${(error as Error).message}` };
  }
  if (!node?.locked) return { kind: 'invalid', problem: 'has no nixpkgs' };
  if (isPin(node)) return { kind: 'pin', pin: { locked: node.locked, original: node.original } };
  const { locked } = node;
  const areStrings = (...keys: string[]): boolean => keys.every(key => typeof locked[key] === 'string');
  const fetchable =
    areStrings('url', 'narHash') || (locked.type === 'github' && areStrings('owner', 'repo', 'rev', 'narHash'));
  if (fetchable) return { kind: 'other' };
  const type = JSON.stringify(locked.type);
  return { kind: 'invalid', problem: `pins nixpkgs as ${type}, which nix/nixpkgs.nix cannot fetch` };
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
    const { name, node } = nixpkgsNode(lock) as { name: string; node: Node };
    const pin = { locked, original };
    if (JSON.stringify({ locked: node.locked, original: node.original }) === JSON.stringify(pin)) return text;
    const nodes = { ...lock.nodes, [name]: { ...node, ...pin } };
    return `${JSON.stringify({ ...lock, nodes }, undefined, 2)}\n`;
  } catch (error) {
    throw badRequest(
      'flake.lock has no pin of nixpkgs.',
      'Restore it from an older commit: nix-python-container reads the pin there.',
      error,
    );
  }
}

const parse = (text: string): unknown => JSON.parse(withoutByteOrderMark(text));

/** The node that nix/nixpkgs.nix reads. Beside inputs with a nixpkgs of their own, its name may be `nixpkgs_2`. */
function nixpkgsNode(lock: unknown): { readonly name: string; readonly node: Node } | undefined {
  const { nodes, root } = (lock ?? {}) as Partial<FlakeLock>;
  const name = nodes?.[root ?? '']?.inputs?.nixpkgs;
  const node = typeof name === 'string' ? nodes?.[name] : undefined;
  return typeof name === 'string' && node ? { name, node } : undefined;
}

/** Whether a node is a pin of a kind that this generator writes. The file may come from anywhere, and its strings go into flake.nix. */
function isPin(node: Node): node is Node & Pin {
  const { locked = {}, original = {} } = node;
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
