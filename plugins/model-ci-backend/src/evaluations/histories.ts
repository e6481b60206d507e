import type {
  Evaluation,
  GateResult,
  MetricHistory,
  PointGate,
  PointVerdict,
  Verdict,
} from '@model-ci/backstage-plugin-model-ci-common';

/** Identifies a metric on a data set. */
export function seriesKey(of: { metric: string; dataset?: string }): string {
  return JSON.stringify([of.metric, of.dataset ?? '']);
}

/** Turns points, newest first, into one history per metric, oldest first. */
export function toHistories(
  newestFirst: Evaluation[],
  limitsAt: (latest: Evaluation) => MetricHistory['gate'],
): MetricHistory[] {
  const histories = new Map<string, MetricHistory>();
  const seen = new Set<string>();
  for (const point of newestFirst) {
    const key = seriesKey(point);
    // A stage that was attempted again reported again: the last attempt decides.
    const measurement = JSON.stringify([key, point.runId, point.stage]);
    if (seen.has(measurement)) continue;
    seen.add(measurement);

    const history = histories.get(key);
    if (history) {
      history.points.push(point);
    } else {
      histories.set(key, {
        metric: point.metric,
        dataset: point.dataset,
        unit: point.unit,
        higherIsBetter: point.higherIsBetter,
        gate: limitsAt(point),
        points: [point],
      });
    }
  }
  for (const history of histories.values()) history.points.reverse();
  return [...histories.values()].sort(
    (a, b) =>
      compareText(a.metric, b.metric) ||
      compareText(a.dataset ?? '', b.dataset ?? ''),
  );
}

type RunGate = GateResult & { runId: string; isSelected?: true };

/** Finds the gates that may judge an evaluation, of which there may be thousands of both. */
export function gatesByMetric<T extends RunGate>(
  gates: T[],
): (evaluation: Evaluation) => T[] {
  const keyOf = ({ runId, metric }: { runId: string; metric: string }) =>
    JSON.stringify([runId, metric]);
  const known = new Map<string, T[]>();
  for (const gate of gates) {
    const key = keyOf(gate);
    const own = known.get(key);
    if (own) own.push(gate);
    else known.set(key, [gate]);
  }
  return evaluation => known.get(keyOf(evaluation)) ?? [];
}

/** The limits that the gates of its run set for a point, the tightest of several; undefined without a gate. */
export function gateLimits(
  point: Evaluation,
  gates: RunGate[],
): MetricHistory['gate'] {
  return tightest(gates.filter(gate => judges(gate, point)));
}

function tightest(own: RunGate[]): MetricHistory['gate'] {
  const mins = own.flatMap(gate => gate.demand.min ?? []);
  const maxs = own.flatMap(gate => gate.demand.max ?? []);
  if (mins.length === 0 && maxs.length === 0) return undefined;
  return {
    min: mins.length > 0 ? Math.max(...mins) : undefined,
    max: maxs.length > 0 ? Math.min(...maxs) : undefined,
  };
}

const SEVERITY: Verdict[] = ['fail', 'inconclusive', 'pass'];

/** The gravest verdict of the gates on an evaluation; undefined where none judges it. */
export function gravestVerdict(
  evaluation: Evaluation,
  gates: RunGate[],
): Verdict | undefined {
  return gateOf(evaluation, gates)?.verdict;
}

/** What the gates of its run demanded of a point, and what each said of it. */
export function gateOf(
  point: Evaluation,
  gates: RunGate[],
): PointGate | undefined {
  const own = gates.filter(gate => judges(gate, point));
  const verdicts = own.map(toPointVerdict).sort(bySeverity);
  if (verdicts.length === 0) return undefined;
  const baseline = own.find(gate => gate.baseline?.value !== undefined);
  return {
    ...tightest(own),
    verdict: verdicts[0].verdict,
    ...(baseline && { baseline: baseline.baseline }),
    verdicts,
  };
}

function toPointVerdict(gate: RunGate): PointVerdict {
  const { demand, verdict, estimate, interval, alone } = gate;
  return {
    demand,
    verdict,
    ...(estimate !== undefined && { estimate }),
    ...(interval && { interval }),
    ...(alone && { alone }),
  };
}

function bySeverity(a: PointVerdict, b: PointVerdict): number {
  return SEVERITY.indexOf(a.verdict) - SEVERITY.indexOf(b.verdict);
}

/** The interval of a value that a gate has judged by itself, and not against a baseline. */
export function judgedInterval(
  point: Evaluation,
  gates: RunGate[],
): { lower: number; upper: number } | undefined {
  for (const { alone, demand, ...gate } of gates) {
    const { lower, upper } = alone ?? {};
    if (
      judges({ ...gate, demand }, point) &&
      demand.baseline === undefined &&
      lower !== undefined &&
      upper !== undefined
    ) {
      return { lower, upper };
    }
  }
  return undefined;
}

/** Whether a gate was applied to an evaluation. */
export function judges(gate: RunGate, evaluation: Evaluation): boolean {
  return (
    gate.runId === evaluation.runId &&
    gate.stage === evaluation.stage &&
    (gate.instance === evaluation.instance ||
      (gate.isSelected === true && evaluation.instance === undefined)) &&
    gate.metric === evaluation.metric &&
    gate.slice === evaluation.slice &&
    (gate.dataset === undefined || gate.dataset === evaluation.dataset)
  );
}

function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
