import {
  isMeasured,
  type Evaluation,
  type PipelineSummary,
} from '@model-ci/backstage-plugin-model-ci-common';
import { onSameData } from '../evaluations/compareVersions';
import { seriesKey } from '../evaluations/histories';

/** The metrics of a version with those of the version before, where both were measured on the same data. */
export function latestMetrics(
  latest: Evaluation[],
  before: Evaluation[],
): PipelineSummary['latestMetrics'] {
  // Where two stages report the same metric, the later stage decides.
  const unique = new Map(latest.filter(isMeasured).map(e => [seriesKey(e), e]));
  const previous = new Map(before.map(e => [seriesKey(e), e]));
  return [...unique].map(([key, evaluation]) => {
    const earlier = previous.get(key);
    return {
      metric: evaluation.metric,
      dataset: evaluation.dataset,
      value: evaluation.value,
      previous:
        earlier && onSameData(earlier, evaluation) ? earlier.value : undefined,
      unit: evaluation.unit,
      higherIsBetter: evaluation.higherIsBetter,
    };
  });
}
