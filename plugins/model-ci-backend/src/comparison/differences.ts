import type {
  DifferenceVerdict,
  MeasuredEvaluation,
  MetricDifference,
} from '@model-ci/backstage-plugin-model-ci-common';
import type { ListedExampleSet } from '../database/operations/examples/listExampleSets';
import { intervalOf } from '../evaluations/interval';
import { knownDirection } from '../evaluations/metricDirection';
import { isRoundedDifference } from '../statistics/rounding';
import type { DifferenceRequest, PairedDifference } from './types';
import { withoutDirection } from './verdict';

type Judged = Extract<MetricDifference, { interval: object }>;
/** What is known of a difference beside the two values. */
type Outcome =
  | Pick<
      Judged,
      | 'verdict'
      | 'interval'
      | 'basis'
      | 'method'
      | 'examples'
      | 'groups'
      | 'cautions'
    >
  | { verdict: 'none'; why: string };

export interface SetsOfBoth {
  baseline: ListedExampleSet;
  candidate: ListedExampleSet;
}

/** Compares a metric on the examples of both versions, or by the standard errors that they reported. */
export async function compareMetric(
  baseline: MeasuredEvaluation,
  candidate: MeasuredEvaluation,
  sets: SetsOfBoth[],
  onExamples: (request: DifferenceRequest) => Promise<PairedDifference>,
): Promise<MetricDifference> {
  const { metric, dataset, unit } = candidate;
  const higherIsBetter = candidate.higherIsBetter ?? knownDirection(metric);
  const values = { baseline: baseline.value, candidate: candidate.value };
  const outcome = await judge();
  return { metric, dataset, unit, higherIsBetter, ...values, ...outcome };

  async function judge(): Promise<Outcome> {
    const [set, ...others] = sets.filter(({ candidate: examples }) =>
      areBehind(examples, candidate),
    );
    if (others.length > 0) return { verdict: 'none', why: 'several-examples' };
    if (!set) return unpaired(baseline, candidate, higherIsBetter);
    const found = await onExamples({
      baseline: sideOf(set.baseline),
      candidate: sideOf(set.candidate),
      metric: nameIn(set.candidate.task, metric),
      better: higherIsBetter === false ? 'lower' : 'higher',
    });
    if (found.type === 'refused') return { verdict: 'none', why: 'other-data' };
    if (found.type === 'compared' && found.verdict.verdict !== 'none') {
      const sign = higherIsBetter === false ? -1 : 1;
      return isRoundedDifference(
        baseline.value,
        candidate.value,
        sign * found.verdict.difference,
      )
        ? paired(found.verdict, higherIsBetter)
        : { verdict: 'none', why: 'contradicted' };
    }
    const why = whyOf(found);
    // The errors that were reported leave out what was not measured.
    return why === 'not-measured'
      ? { verdict: 'none', why }
      : unpaired(baseline, candidate, higherIsBetter, why);
  }
}

/** Whether an evaluation was measured on these examples: by the same stage, on the same data, for the same task. */
function areBehind(
  examples: ListedExampleSet,
  { stage, dataset, metric }: MeasuredEvaluation,
): boolean {
  const { task } = examples;
  return (
    examples.stage === stage &&
    examples.instance === undefined &&
    examples.environment === undefined &&
    (task === undefined
      ? dataset === undefined || dataset === examples.dataset
      : dataset === task || nameIn(task, metric) !== metric)
  );
}

function whyOf(found: PairedDifference): string | undefined {
  if (found.type === 'none') return found.why;
  return found.type === 'compared' && found.verdict.verdict === 'none'
    ? found.verdict.why
    : undefined;
}

/** Metrics of an evaluation harness carry the name of their task. */
function nameIn(task: string | undefined, metric: string): string {
  const prefix = ['.', '/'].find(dot => metric.startsWith(`${task}${dot}`));
  return task && prefix ? metric.slice(task.length + prefix.length) : metric;
}

function sideOf({ digest, datasetDigest, taskHash }: ListedExampleSet) {
  return { digest, datasetDigest, taskHash };
}

/** Statistics count upwards as better; people read candidate − baseline. */
function paired(
  verdict: Exclude<DifferenceVerdict, { verdict: 'none' }>,
  higherIsBetter: boolean | undefined,
): Outcome {
  const { interval, method, examples, groups, cautions } = verdict;
  const flipped = higherIsBetter === false;
  const negated = (value: number | undefined) =>
    value === undefined ? undefined : -value;
  return {
    verdict: withoutDirection(verdict, higherIsBetter).verdict,
    interval: flipped
      ? { lower: negated(interval.upper), upper: negated(interval.lower) }
      : interval,
    basis: 'paired',
    method,
    examples,
    groups,
    cautions,
  };
}

/** The values of two samples that are taken for independent, which is careful where they are the same examples. */
function unpaired(
  baseline: MeasuredEvaluation,
  candidate: MeasuredEvaluation,
  higherIsBetter: boolean | undefined,
  why?: string,
): Outcome {
  if (baseline.datasetDigest !== candidate.datasetDigest) {
    return { verdict: 'none', why: 'other-data' };
  }
  const [a, b] = [baseline.stderr, candidate.stderr];
  const interval =
    // No spread at all was not measured: it would make any difference certain.
    !a || !b
      ? undefined
      : intervalOf({
          value: candidate.value - baseline.value,
          stderr: Math.hypot(a, b),
          n: smaller(baseline.n, candidate.n),
        });
  if (!interval) return { verdict: 'none', why: why ?? 'no-spread-reported' };
  return {
    verdict: sideOfZero(interval, higherIsBetter),
    interval,
    basis: 'unpaired',
    method: 'reported',
    examples: candidate.n,
    cautions: [],
  };
}

function smaller(a: number | undefined, b: number | undefined) {
  return a === undefined || b === undefined ? undefined : Math.min(a, b);
}

function sideOfZero(
  { lower, upper }: { lower: number; upper: number },
  higherIsBetter: boolean | undefined,
): Judged['verdict'] {
  if (lower <= 0 && upper >= 0) return 'inconclusive';
  if (higherIsBetter === undefined) return 'different';
  return lower > 0 === higherIsBetter ? 'better' : 'worse';
}
