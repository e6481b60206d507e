import type { GateDemand } from '@model-ci/backstage-plugin-model-ci-common';

/** `≥ 0.8`, `≤ 30`, or `≥ champion − 0.01`; with the confidence where chance is allowed for. */
export function ruleText(demand: GateDemand): string {
  const { min, max, baseline, margin, confidence } = demand;
  const limits = [
    min === undefined ? '' : `≥ ${min}`,
    max === undefined ? '' : `≤ ${max}`,
    baseline === undefined ? '' : againstText(baseline, margin ?? 0),
  ].filter(Boolean);
  return confidence === undefined
    ? limits.join(', ')
    : `${limits.join(', ')} (${percent(confidence)})`;
}

function againstText(baseline: string, margin: number): string {
  const name = /^\d+$/.test(baseline) ? `v${baseline}` : baseline;
  return margin === 0 ? `≥ ${name}` : `≥ ${name} − ${margin}`;
}

function percent(share: number): string {
  return `${Number((share * 100).toPrecision(6))} %`;
}
