import {
  instancesOf,
  parityMetric,
  PARITY_FIGURES,
  reason,
  reasons,
  type ParityFigures,
  type ParityResult,
  type Reason,
  type StageConclusion,
  type StageDefinition,
} from '@model-ci/backstage-plugin-model-ci-common';
import type { ArtifactStore } from '@model-ci/backstage-plugin-model-ci-node';
import type { ListedExampleSet } from '../database/operations/examples/listExampleSets';
import type { MeasuredMetric } from '../database/operations/results/types';
import type { ConcludedParity } from '../database/operations/runs/concludeStage';
import { compareEnvironments } from '../parity/compareEnvironments';
import { againstReference, judgeParity } from '../parity/judgeParity';
import { readPredicted } from '../parity/readPredicted';
import type { Predicted } from '../parity/types';
import type { StageEnd } from '../planning/conclusion';

interface ParityConclusion {
  end: StageEnd;
  conclusion: StageConclusion;
  parity?: ConcludedParity;
}

/** Compares what a stage predicted in its environments, and judges its gates on that. */
export async function concludeParity(
  definition: StageDefinition,
  of: {
    store: Pick<ArtifactStore, 'open'>;
    /** Of the stage's instances. */
    sets: ListedExampleSet[];
    reference: string;
  },
): Promise<ParityConclusion> {
  const executions: Predicted[] = [];
  for (const instance of instancesOf(definition)) {
    const predicted = await readPredicted(of.store, instance, of.sets);
    if (!predicted) {
      return failed(reason('parity.noPredictions', { instance: instance.key }));
    }
    executions.push(predicted);
  }
  const compared = await compareEnvironments(executions, of.reference);
  if (compared.type === 'refused') {
    return failed(compared.reason);
  }
  const { result } = compared;
  const gates = judgeParity(definition.gates, result);
  const broken = gates.filter(({ verdict }) => verdict !== 'pass');
  return {
    end:
      broken.length > 0
        ? { status: 'failed', reason: reasons(broken.map(gate => gate.reason)) }
        : { status: 'succeeded' },
    conclusion: { parity: result },
    parity: { gates, measured: listMeasured(result, of.sets) },
  };
}

function failed(why: Reason): ParityConclusion {
  return { end: { status: 'failed', reason: why }, conclusion: {} };
}

/** Parity belongs to the history of its environment. */
function listMeasured(
  result: ParityResult,
  sets: ListedExampleSet[],
): ConcludedParity['measured'] {
  return againstReference(result).flatMap(({ environment, figures }) => {
    const set = sets.find(own => own.environment === environment);
    return set
      ? [
          {
            environment,
            attemptId: set.attemptId,
            evaluations: toEvaluations(figures, set),
          },
        ]
      : [];
  });
}

function toEvaluations(
  figures: ParityFigures,
  { dataset, datasetDigest }: ListedExampleSet,
): MeasuredMetric[] {
  return PARITY_FIGURES.flatMap((figure): MeasuredMetric[] => {
    const value = figures[figure];
    return value === undefined
      ? []
      : [
          {
            metric: parityMetric(figure),
            ...(dataset !== undefined && { dataset }),
            ...(datasetDigest !== undefined && { datasetDigest }),
            value,
            n: figures.compared,
            higherIsBetter: false,
          },
        ];
  });
}
