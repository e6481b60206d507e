/**
 * Channel of the live updates. A message names what changed and carries no data of it: every
 * reader fetches what it is allowed to see.
 */
export const MODEL_CI_SIGNAL_CHANNEL = 'model-ci';

export type ModelCiSignal =
  | { type: 'run'; pipelineRef: string; runId: string }
  | { type: 'deployment'; pipelineRef: string; deploymentId: string }
  | { type: 'nodes' };
