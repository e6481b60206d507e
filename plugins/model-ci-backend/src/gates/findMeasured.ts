import {
  reason,
  type Reason,
} from '@model-ci/backstage-plugin-model-ci-common';
import { subjectOf } from './subjectOf';
import type { Gate, Measured, StageEvidence } from './types';

/** Names in a sentence; more are counted. */
const SHOWN_METRICS = 10;

type Found =
  | { type: 'found'; evaluation: Measured }
  | { type: 'missing'; reason: Reason };

type Looked = Pick<StageEvidence, 'evaluations' | 'metricsPath'>;

/** The one evaluation that a gate speaks about. */
export function findMeasured(
  gate: Pick<Gate, 'metric' | 'dataset'> & { slice?: string },
  evidence: Looked,
): Found {
  const ofMetric = evidence.evaluations.filter(
    ({ metric, slice }) =>
      metric === gate.metric && (slice ?? '') === (gate.slice ?? ''),
  );
  const candidates =
    gate.dataset === undefined
      ? ofMetric
      : ofMetric.filter(({ dataset }) => dataset === gate.dataset);
  if (candidates.length === 1) {
    return { type: 'found', evaluation: candidates[0] };
  }
  return {
    type: 'missing',
    reason:
      candidates.length > 1
        ? reason('gate.severalDatasets', {
            metric: gate.metric,
            datasets: datasetsOf(candidates),
          })
        : notReported(gate, ofMetric, evidence),
  };
}

function notReported(
  { metric, dataset, slice }: Parameters<typeof findMeasured>[0],
  ofMetric: Measured[],
  { evaluations, metricsPath: path }: Looked,
): Reason {
  if (slice) {
    const subject = subjectOf({ metric, dataset, slice });
    return reason('gate.sliceNotMeasured', { subject });
  }
  if (path === undefined) {
    return reason('gate.noReport', { metric });
  }
  if (ofMetric.length > 0 && dataset !== undefined) {
    const datasets = datasetsOf(ofMetric);
    return reason('gate.notOnDataset', { metric, dataset, datasets });
  }
  const others = [...new Set(evaluations.map(other => other.metric))];
  const more = others.length - SHOWN_METRICS;
  return others.length === 0
    ? reason('gate.noMetrics', { metric, path })
    : reason('gate.notReported', {
        metric,
        path,
        metrics: [
          ...others.slice(0, SHOWN_METRICS),
          ...(more > 0 ? [reason('gate.others', { count: more })] : []),
        ],
      });
}

function datasetsOf(evaluations: Measured[]) {
  return evaluations.map(
    ({ dataset }) => dataset ?? reason('gate.unnamedDataset'),
  );
}
