import {
  reason,
  type ReasonParameter,
} from '@model-ci/backstage-plugin-model-ci-common';

/** What a gate is about, as a part of a reason. */
export function subjectOf(of: {
  metric: string;
  dataset?: string;
}): ReasonParameter {
  const { metric, dataset } = of;
  return dataset === undefined
    ? metric
    : reason('gate.onDataset', { metric, dataset });
}
