import type {
  Evaluation,
  GateResult,
  MetricDifference,
  MetricTrend,
  TrendReference,
} from '@model-ci/backstage-plugin-model-ci-common';
import {
  gateOf,
  gatesByMetric,
  judges,
  seriesKey,
} from '../evaluations/histories';

/** As many as the overview has room for. */
const MAIN_METRICS = 6;

type RunGate = GateResult & { runId: string };

/** Of a run's metrics those that gates judge, then those that are reported first. */
export function mainMetrics(
  evaluations: Evaluation[],
  gates: RunGate[],
): Evaluation[] {
  const whole = new Map(
    evaluations
      .filter(
        ({ slice, instance }) => slice === undefined && instance === undefined,
      )
      .map(evaluation => [seriesKey(evaluation), evaluation]),
  );
  const gatesOf = gatesByMetric(gates);
  const isJudged = (evaluation: Evaluation) =>
    gatesOf(evaluation).some(gate => judges(gate, evaluation));
  const judged = [...whole.values()].filter(isJudged);
  // Asked once of each: there may be thousands.
  const found = new Set(judged);
  const others = [...whole.values()].filter(own => !found.has(own));
  return [...judged, ...others].slice(0, MAIN_METRICS);
}

/** The alias of the version that others are measured against. */
const CHAMPION = 'champion';

/** What serves in `production`, or in the first environment where something does; or else the champion. */
export function chooseReference(
  serving: Array<{ environment: string; version: number }>,
  aliases: Array<{ alias: string; version: number }>,
): TrendReference | undefined {
  const deployed =
    serving.find(({ environment }) => environment === 'production') ??
    serving[0];
  if (deployed) {
    const { environment, version } = deployed;
    return { type: 'environment', environment, version };
  }
  const champion = aliases.find(({ alias }) => alias === CHAMPION);
  return champion && { type: 'champion', version: champion.version };
}

export function toTrends(facts: {
  main: Evaluation[];
  gates: RunGate[];
  /** Newest first. */
  points: Evaluation[];
  versions: number[];
  differences: MetricDifference[];
}): MetricTrend[] {
  const { main, gates, points, versions, differences } = facts;
  const shown = new Set(versions);
  return main.map(evaluation => {
    const { metric, dataset, unit, higherIsBetter } = evaluation;
    const key = seriesKey(evaluation);
    const own = points.filter(
      point =>
        seriesKey(point) === key &&
        point.version !== undefined &&
        shown.has(point.version) &&
        point.datasetDigest === evaluation.datasetDigest,
    );
    // The newest value of a version decides.
    const values = new Map<number, number>();
    for (const { version, value } of own) {
      if (
        version !== undefined &&
        value !== undefined &&
        !values.has(version)
      ) {
        values.set(version, value);
      }
    }
    return {
      metric,
      dataset,
      unit,
      higherIsBetter,
      values: [...values]
        .map(([version, value]) => ({ version, value }))
        .reverse(),
      gate: gateOf(evaluation, gates),
      difference: differences.find(found => seriesKey(found) === key),
    };
  });
}
