import { reason } from '@model-ci/backstage-plugin-model-ci-common';
import { isRounded } from '../statistics/rounding';
import { unclear } from './explain';
import { formatApart } from './format';
import type { PreparedItem } from './items';
import { subjectOfItem } from './subjectOf';
import type { ExampleSource, Measured, StageEvidence, Unclear } from './types';

/**
 * Why the examples may not speak for an item: its report says that it was not measured, or gives another number.
 * Absent where the report says the same, or nothing, of the same data.
 */
export function findContradiction(
  item: PreparedItem,
  { evaluations }: Pick<StageEvidence, 'evaluations'>,
  of: { source: ExampleSource; computed: number },
): Unclear | undefined {
  const { source, computed } = of;
  const found = evaluations.filter(other => isOf(other, item, source));
  if (found.length !== 1) {
    return undefined;
  }
  const [{ value }] = found;
  const subject = subjectOfItem(item);
  if (!isNumber(value)) {
    return unclear(reason('gate.notMeasured', { subject }), 'fail');
  }
  if (!Number.isFinite(computed) || isRounded(value, computed)) {
    return undefined;
  }
  const [said, given] = formatApart(value, [computed]);
  return unclear(
    reason('gate.contradicts', { subject, reported: said, computed: given }),
  );
}

function isOf(
  { metric, dataset, slice }: Measured,
  { gate, slice: wanted }: PreparedItem,
  source: ExampleSource,
): boolean {
  return (
    metric === gate.metric &&
    (slice ?? '') === (wanted ?? '') &&
    dataset === (gate.dataset ?? source.dataset)
  );
}

export function isNumber(value: number | undefined): value is number {
  return value !== undefined && Number.isFinite(value);
}
