import type { StageDefinition } from '@model-ci/backstage-plugin-model-ci-common';
import type { ArtifactStore } from '@model-ci/backstage-plugin-model-ci-node';
import { createAnalyses } from '../../analysis/createAnalyses';
import type { Masks } from '../../masking/Masks';
import { collectResults } from '../collectResults';
import type { DeliveredPart } from '../delivered';
import type { MemoryWorkspace } from './MemoryWorkspace';

const houses = { name: 'houses', uri: './h.csv', digest: 'sha256:1', size: 9 };

function stage(definition: Partial<StageDefinition>): {
  name: string;
  definition: StageDefinition;
} {
  return {
    name: 'evaluate',
    definition: {
      script: 'true',
      needs: [],
      env: {},
      resources: {},
      nodeSelector: {},
      timeoutSeconds: 60,
      retry: { platform: 0 },
      artifacts: {},
      datasets: ['houses'],
      reports: {},
      gates: [],
      allowFailure: false,
      network: 'default',
      secrets: [],
      ...definition,
    },
  };
}

/** Collects the results of a stage that reads houses. */
export async function collectStage(
  store: ArtifactStore,
  definition: Partial<StageDefinition>,
  executor: MemoryWorkspace,
  options: {
    commandSucceeded?: boolean;
    store?: ArtifactStore;
    delivered?: () => Promise<DeliveredPart[]>;
    masks?: Masks;
  } = {},
) {
  return await collectResults({
    run: { id: 'run-1', pipelineRef: 'modelpipeline:default/house-price' },
    stage: stage(definition),
    attemptId: 'attempt-1',
    executor,
    handle: {},
    store,
    analyses: createAnalyses(store),
    datasets: [houses],
    commandSucceeded: true,
    ...options,
  });
}

/** As {@link collectStage} takes them after the store. */
export type CollectArguments = Parameters<typeof collectStage> extends [
  ArtifactStore,
  ...infer Rest,
]
  ? Rest
  : never;
