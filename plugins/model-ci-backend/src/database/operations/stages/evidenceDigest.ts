import { createHash } from 'node:crypto';
import type { StageConclusion } from '@model-ci/backstage-plugin-model-ci-common';
import type { JudgedGate, StageResults } from '../results/types';

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
  return digestOf([
    results?.gates,
    results?.evaluations,
    results?.exampleSets.map(({ digest }) => digest),
    results?.artifacts.map(({ name, digest }) => [name, digest]),
    results?.reports.map(({ path, digest }) => [path, digest]),
  ]);
}

/** The same of a stage with instances: what they came to together, and what the stage took over from them. */
export function conclusionDigest(evidence: {
  conclusion: StageConclusion;
  gates: JudgedGate[];
  /** In a fixed order. */
  evaluations: unknown[];
  exampleSets: string[];
}): string {
  const { conclusion, gates, evaluations, exampleSets } = evidence;
  return digestOf([conclusion, gates, evaluations, exampleSets]);
}

function digestOf(evidence: unknown): string {
  const digest = createHash('sha256').update(JSON.stringify(evidence));
  return `sha256:${digest.digest('hex')}`;
}
