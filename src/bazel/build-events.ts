/** One build, as reported by Bazel's build event protocol (`--build_event_json_file`). */
export interface BuildEvents {
  /** Bazel's output. */
  readonly log: string;
  readonly targets: readonly TargetResult[];
  /** The output files of each target, as `file://` URLs, by label. */
  readonly outputs: ReadonlyMap<string, readonly string[]>;
  /** Milliseconds that Bazel ran; undefined if it did not finish. */
  readonly duration?: number;
}

/** The result of one target. The status of a test is Bazel's own: `PASSED`, `FAILED`, … */
export interface TargetResult {
  readonly label: string;
  readonly built: boolean;
  readonly test?: string;
  /** Milliseconds that the test ran. */
  readonly testDuration?: number;
}

/** The parts of the protocol (build_event_stream.proto) that are used. */
interface Event {
  readonly id: {
    readonly targetCompleted?: { readonly label: string };
    readonly testSummary?: { readonly label: string };
    readonly namedSet?: { readonly id: string };
  };
  readonly progress?: { readonly stderr?: string; readonly stdout?: string };
  readonly aborted?: { readonly reason?: string };
  readonly completed?: {
    readonly success?: boolean;
    readonly outputGroup?: readonly { readonly fileSets?: readonly { readonly id: string }[] }[];
  };
  readonly testSummary?: { readonly overallStatus?: string; readonly totalRunDurationMillis?: string };
  readonly namedSetOfFiles?: {
    readonly files?: readonly { readonly uri?: string }[];
    readonly fileSets?: readonly { readonly id: string }[];
  };
  readonly buildMetrics?: { readonly timingMetrics?: { readonly wallTimeInMs?: string } };
}

/**
 * Parses the events of a build, one JSON document a line. An incomplete last line, as after a kill, is ignored.
 */
export function readEvents(text: string): BuildEvents {
  const events = text.split('\n').flatMap(parsed);
  const sets = new Map(
    events.flatMap(({ id, namedSetOfFiles }) => (id.namedSet ? [[id.namedSet.id, namedSetOfFiles]] : [])) as [
      string,
      Event['namedSetOfFiles'],
    ][],
  );
  const summaries = new Map(
    events.flatMap(({ id, testSummary }) => (id.testSummary ? [[id.testSummary.label, testSummary]] : [])) as [
      string,
      Event['testSummary'],
    ][],
  );

  // A set may be part of several others: each is visited once.
  const filesOf = (id: string, visited: Set<string>): string[] => {
    if (visited.has(id)) return [];
    visited.add(id);
    const set = sets.get(id);
    return [
      ...(set?.files ?? []).flatMap(({ uri }) => uri ?? []),
      ...(set?.fileSets ?? []).flatMap(part => filesOf(part.id, visited)),
    ];
  };
  // Without the targets that Bazel skips, such as the image on a Mac.
  const finished = events.flatMap(({ id, completed, aborted }) =>
    id.targetCompleted && aborted?.reason !== 'SKIPPED' ? [{ label: id.targetCompleted.label, completed }] : [],
  );
  const wall = events.findLast(({ buildMetrics }) => buildMetrics)?.buildMetrics?.timingMetrics?.wallTimeInMs;
  return {
    log: events.map(({ progress }) => `${progress?.stderr ?? ''}${progress?.stdout ?? ''}`).join(''),
    targets: finished.map(({ label, completed }) => {
      const summary = summaries.get(label);
      return {
        label,
        built: completed?.success === true,
        ...(summary?.overallStatus ? { test: summary.overallStatus } : {}),
        ...(summary?.totalRunDurationMillis ? { testDuration: Number(summary.totalRunDurationMillis) } : {}),
      };
    }),
    outputs: new Map(
      finished.map(({ label, completed }) => {
        const visited = new Set<string>();
        const roots = (completed?.outputGroup ?? []).flatMap(({ fileSets }) => fileSets ?? []);
        return [label, roots.flatMap(({ id }) => filesOf(id, visited))];
      }),
    ),
    ...(wall === undefined ? {} : { duration: Number(wall) }),
  };
}

function parsed(line: string): Event[] {
  try {
    return line === '' ? [] : [JSON.parse(line) as Event];
  } catch {
    return [];
  }
}
