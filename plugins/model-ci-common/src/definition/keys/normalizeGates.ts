import type { PipelineFile } from '../schema';
import { DEFAULT_CONFIDENCE } from '../defaults';
import { parseDuration } from '../units';

type StageFile = PipelineFile['stages'][string];

/** The keys of a stage that are about gates, once the file has passed every check. */
export function normalizeGates(stage: StageFile) {
  const { inconclusive, decisionTimeout } = stage;
  return {
    gates: (stage.gates ?? []).map(({ baseline, ...gate }) => ({
      ...gate,
      ...(baseline !== undefined && {
        baseline: String(baseline),
        confidence: confidenceOf(stage),
      }),
    })),
    ...(inconclusive && { inconclusive }),
    ...(decisionTimeout !== undefined && {
      decisionTimeoutSeconds: parseDuration(decisionTimeout),
    }),
  };
}

/** All gates of a stage share one. */
function confidenceOf({ gates = [] }: StageFile): number {
  return (
    gates.find(({ confidence }) => confidence !== undefined)?.confidence ??
    DEFAULT_CONFIDENCE
  );
}
