import { type Finding, type State, warning } from './finding.ts';

/** One check. If it throws, that is a warning. */
export interface Check<Context> {
  readonly name: string;
  /** What is checked, as the subject of a sentence. */
  readonly subject: string;
  /** A check without which this one is pointless: it is skipped if that one failed or was skipped. */
  readonly after?: string;
  /** Whether `build` makes this check too before it starts. */
  readonly beforeBuild?: true;
  /** Milliseconds it may take; 30 seconds by default. */
  readonly timeout?: number;
  readonly check: (context: Context) => Findings | Promise<Findings>;
}

/** One finding, several, or none if there is nothing to say. */
export type Findings = Finding | readonly Finding[];

/** A finding, and the check that it comes from. */
export interface CheckResult extends Finding {
  readonly name: string;
}

/** Milliseconds for one check: enough for a slow machine. */
const defaultTimeout = 30_000;

/**
 * Runs all checks at the same time. One that throws or takes too long becomes a warning.
 * @param timeout milliseconds for each check that has none of its own; its processes are killed then
 * @returns the findings in the order of the checks
 * @throws the reason of the context's signal if that is aborted
 */
export async function runChecks<Context extends { readonly signal: AbortSignal }>(
  checks: readonly Check<Context>[],
  context: Context,
  timeout = defaultTimeout,
): Promise<readonly CheckResult[]> {
  const running = new Map<string, Promise<readonly Finding[] | undefined>>();
  for (const check of checks) {
    running.set(check.name, runCheck(check, context, check.timeout ?? timeout, running.get(check.after ?? '')));
  }
  const results = await Promise.all(
    [...running].map(async ([name, findings]) => ((await findings) ?? []).map(finding => ({ name, ...finding }))),
  );
  context.signal.throwIfAborted();
  return results.flat();
}

/** Undefined if it is skipped. */
async function runCheck<Context extends { readonly signal: AbortSignal }>(
  { subject, check }: Check<Context>,
  context: Context,
  timeout: number,
  earlier: Promise<readonly Finding[] | undefined> | undefined,
): Promise<readonly Finding[] | undefined> {
  const findings = earlier && (await earlier);
  if (earlier && (!findings || findings.some(({ state }) => state === 'failed'))) return undefined;
  const deadline = AbortSignal.timeout(timeout);
  const signal = AbortSignal.any([context.signal, deadline]);
  let stop = (): void => {};
  const stopped = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason as Error);
    signal.addEventListener('abort', stop);
  });
  try {
    return [await Promise.race([check({ ...context, signal }), stopped])].flat();
  } catch (error) {
    const reason = deadline.aborted ? `no answer within ${timeout / 1000} s` : (error as Error).message;
    return [warning(`${subject} could not be checked: ${reason}`)];
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

/** The number of findings in each state. */
export const count = (findings: readonly Finding[]): Readonly<Record<State, number>> => ({
  ok: findings.filter(({ state }) => state === 'ok').length,
  warning: findings.filter(({ state }) => state === 'warning').length,
  failed: findings.filter(({ state }) => state === 'failed').length,
});
