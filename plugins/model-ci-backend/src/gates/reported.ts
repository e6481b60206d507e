import { reason } from '@model-ci/backstage-plugin-model-ci-common';
import { unclear } from './explain';
import { formatApart } from './format';
import type { PreparedItem } from './items';
import { subjectOfItem } from './subjectOf';
import type { ExampleSource, Measured, StageEvidence, Unclear } from './types';

/** Of numbers that are equal but for the precision of their computation: sums of many 32-bit numbers reach it. */
const RELATIVE_ERROR = 1e-5;

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

/** Whether a reported number is a computed one, rounded to the digits that were reported. */
export function isRounded(reported: number, computed: number): boolean {
  const error =
    RELATIVE_ERROR * Math.max(Math.abs(reported), Math.abs(computed));
  const rounding = 0.5 * 10 ** -decimalsOf(reported);
  return Math.abs(reported - computed) <= rounding + error;
}

/** JSON does not tell 0.9 from 0.90: two decimals are taken for meant up to 1, and one above. */
function decimalsOf(value: number): number {
  const [mantissa, exponent = '0'] = String(value).split('e');
  const written = (mantissa.split('.')[1] ?? '').length - Number(exponent);
  return Math.max(written, Math.abs(value) <= 1 ? 2 : 1);
}
