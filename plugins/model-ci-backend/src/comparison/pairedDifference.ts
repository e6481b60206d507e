import { groupsOfBoth } from '../examples/groupsOf';
import { asMetric, metricOf } from '../examples/metrics';
import { pairSets } from '../examples/pairSets';
import type { ExampleSet } from '../examples/types';
import { compareMetrics } from '../statistics/compareMetrics';
import type { DifferenceRequest, PairedDifference } from './types';
import { judgeScores, resamplingOf, toVerdict } from './verdict';

/** How sure the difference of a metric is, from the examples of both versions. */
export async function compareOnExamples(
  { baseline, candidate, metric, better }: DifferenceRequest,
  a: ExampleSet,
  b: ExampleSet,
): Promise<PairedDifference> {
  const { pairs, mismatches } = await pairSets([baseline, a], [candidate, b]);
  if (mismatches.length > 0) return { type: 'refused', mismatches };
  const before = await metricOf(a, metric, pairs.baseline);
  const now = await metricOf(b, metric, pairs.candidate);
  if (now.type === 'none') return { type: 'none', why: now.reason };
  if (before.type === 'none') return { type: 'none', why: before.reason };
  const groups = await groupsOfBoth([a, pairs.baseline], [b, pairs.candidate]);
  if (before.type === 'mean' && now.type === 'mean') {
    const scores = { baseline: before.scores, candidate: now.scores };
    return {
      type: 'compared',
      verdict: judgeScores({ ...scores, better, groups }),
    };
  }
  const examples = pairs.candidate.length;
  const evidence = compareMetrics(
    {
      baseline: asMetric(before),
      candidate: asMetric(now),
      better,
      examples,
      groups,
    },
    resamplingOf(groups?.count ?? examples),
  );
  return { type: 'compared', verdict: toVerdict(evidence) };
}
