import { type Finding, type State, warning } from './finding.ts';

/** One thing that is looked at. */
export interface Check<Site> {
  readonly name: string;
  /** What is looked at, as the subject of a sentence. */
  readonly of: string;
  /** The check that must not have failed for this one to make sense. */
  readonly after?: string;
  /** Does a build ask for it before it starts? */
  readonly build?: true;
  readonly look: (site: Site) => Found | Promise<Found>;
}

/** Several lines, or none, where there is nothing to be said. */
export type Found = Finding | readonly Finding[];

/** A finding under the name of its check. */
export interface CheckResult extends Finding {
  readonly name: string;
}

/** Milliseconds that one check may take: more than a slow machine needs to answer, less than a person waits for. */
const patience = 30_000;

/**
 * Makes all checks at once. One that throws or takes too long is a warning that says so.
 * @param timeout milliseconds for each check; its processes are ended by the signal that it gets in its site
 * @returns the findings in the order of the checks
 * @throws the reason of the site's signal once that is aborted
 */
export async function runChecks<Site extends { readonly signal: AbortSignal }>(
  checks: readonly Check<Site>[],
  site: Site,
  timeout = patience,
): Promise<readonly CheckResult[]> {
  const begun = new Map<string, Promise<readonly Finding[] | undefined>>();
  for (const check of checks) begun.set(check.name, make(check, site, timeout, begun.get(check.after ?? '')));
  const found = await Promise.all(
    [...begun].map(async ([name, findings]) => ((await findings) ?? []).map(finding => ({ name, ...finding }))),
  );
  site.signal.throwIfAborted();
  return found.flat();
}

/** Undefined if it makes no sense, after a check that has failed or made none itself. */
async function make<Site extends { readonly signal: AbortSignal }>(
  { of, look }: Check<Site>,
  site: Site,
  timeout: number,
  before: Promise<readonly Finding[] | undefined> | undefined,
): Promise<readonly Finding[] | undefined> {
  const findings = before && (await before);
  if (before && (!findings || findings.some(({ state }) => state === 'failed'))) return undefined;
  const deadline = AbortSignal.timeout(timeout);
  const signal = AbortSignal.any([site.signal, deadline]);
  let stop = (): void => {};
  const stopped = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason);
    signal.addEventListener('abort', stop);
  });
  try {
    return [await Promise.race([look({ ...site, signal }), stopped])].flat();
  } catch (error) {
    const why = deadline.aborted ? `no answer within ${timeout / 1000} s` : (error as Error).message;
    return [warning(`${of} could not be checked: ${why}`)];
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

/** How many findings there are of each state. */
export const count = (findings: readonly Finding[]): Readonly<Record<State, number>> => ({
  ok: findings.filter(({ state }) => state === 'ok').length,
  warning: findings.filter(({ state }) => state === 'warning').length,
  failed: findings.filter(({ state }) => state === 'failed').length,
});
