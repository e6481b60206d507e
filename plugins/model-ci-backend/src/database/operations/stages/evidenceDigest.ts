import { createHash } from 'node:crypto';
import type { StageResults } from '../results/types';

/**
 * What a decision about a waiting stage rests on: the verdicts with all that stands behind them, what was measured and
 * what was made. Another digest, another decision.
 */
export function evidenceDigest(
  results?: Pick<
    StageResults,
    'gates' | 'evaluations' | 'exampleSets' | 'artifacts' | 'reports'
  >,
): string {
  const evidence = JSON.stringify([
    results?.gates,
    results?.evaluations,
    results?.exampleSets.map(({ digest }) => digest),
    results?.artifacts.map(({ name, digest }) => [name, digest]),
    results?.reports.map(({ path, digest }) => [path, digest]),
  ]);
  return `sha256:${createHash('sha256').update(evidence).digest('hex')}`;
}
