import type { MetricLine } from '@model-ci/backstage-plugin-model-ci-common';

/** What a line is called where there is no room for its parts. */
export function lineName(line: MetricLine): string {
  return [
    line.metric,
    line.dataset,
    line.environment && `@${line.environment}`,
    line.instance && `[${line.instance}]`,
    line.slice,
  ]
    .filter(Boolean)
    .join(' · ');
}
