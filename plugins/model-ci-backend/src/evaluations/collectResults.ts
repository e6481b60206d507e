import {
  reasons,
  type Reason,
  type RunDataset,
  type StageDefinition,
} from '@model-ci/backstage-plugin-model-ci-common';
import type {
  ArtifactStore,
  Executor,
  Handle,
} from '@model-ci/backstage-plugin-model-ci-node';
import type {
  CollectedArtifact,
  StageResults,
} from '../database/operations/results/types';
import { collectArtifact } from './collectArtifact';
import type { Masks } from '../masking/Masks';
import { collectReports, type CollectedReports } from './collectReports';
import type { MeasureSlices } from './computeSlices';
import { assignDatasets, assignExampleSets } from './assignDatasets';
import type { Delivered } from './delivered';
import type { FindUpload } from './openCollected';
import type { StoredGatePlan } from '../gates/gatePlan';
import type { JudgedGate, StageEvidence } from '../gates/types';
import { weighVerdicts } from '../gates/weighVerdicts';
import type { StageInputs } from '../gates/stageInputs';
import { findSameInputs } from './findSameInputs';
import { knownDirection } from './metricDirection';

export interface CollectResultsOptions {
  run: { id: string; pipelineRef: string };
  stage: { name: string; definition: StageDefinition };
  attemptId: string;
  executor: Pick<Executor, 'collect'>;
  /** Reads artifacts, where these lie elsewhere than reports. */
  artifactReader?: Pick<Executor, 'collect'>;
  handle: Handle;
  store: ArtifactStore;
  /** What they reject with, the call rejects with. */
  analyses: {
    judge(evidence: StageEvidence): Promise<JudgedGate[]>;
    measureSlices: MeasureSlices;
  };
  /** The run's data sets. */
  datasets: RunDataset[];
  /**
   * Whether the command ended with exit code 0. After a failed command the reports that exist are
   * still read, missing ones are no further failure, and no artifact is taken.
   */
  commandSucceeded: boolean;
  /** What the workspace was made of; without it, everything in it counts as written by the attempt. */
  delivered?: Delivered;
  /** Where below their paths artifacts are kept. */
  folder?: string;
  /** Bytes that each artifact may have. */
  maxArtifactBytes?: number;
  /** What the attempt has uploaded itself. */
  findUpload?: FindUpload;
  /** Of the secrets that the attempt was given; its artifacts stay as they are. */
  masks?: Masks;
  /** What was fixed for the stage's gates when the run started. */
  gatePlan?: StoredGatePlan;
  /** What the stage predicted from, without what it has made; asked only where a baseline has the same predictions. */
  findInputs?: () => Promise<StageInputs | undefined>;
}

/**
 * Reads what a finished attempt left behind and streams it into the artifact store; touches no
 * database. What the stage did wrong is `failure` in the answer. A platform that cannot be reached,
 * or a store that is full, rejects; the call may then be repeated.
 */
export async function collectResults(
  options: CollectResultsOptions,
): Promise<StageResults> {
  const { stage, commandSucceeded, datasets } = options;
  const { definition } = stage;

  const [reportsOutcome, artifactsOutcome] = await Promise.allSettled([
    collectReports({
      ...options,
      measureSlices: request => options.analyses.measureSlices(request),
    }),
    collectArtifacts({
      ...options,
      executor: options.artifactReader ?? options.executor,
    }),
  ]);
  // Both have ended before either error leaves, so that nothing goes on writing behind the caller's back.
  if (reportsOutcome.status === 'rejected') throw reportsOutcome.reason;
  if (artifactsOutcome.status === 'rejected') throw artifactsOutcome.reason;
  const reports = reportsOutcome.value;
  const { artifacts, problems: artifactProblems } = artifactsOutcome.value;

  const evaluations = assignDatasets(
    [...(reports.metrics ?? []), ...reports.slices],
    definition.datasets,
    datasets,
  );
  const exampleSets = assignExampleSets(
    reports.exampleSets,
    definition.datasets,
    datasets,
  );
  const sameInputs = commandSucceeded
    ? await findSameInputs(options, { artifacts, exampleSets })
    : [];
  const gates =
    commandSucceeded || reports.metrics
      ? await options.analyses.judge({
          gates: definition.gates,
          plan: options.gatePlan?.gates ?? [],
          instances: options.gatePlan?.instances,
          ...(sameInputs.length > 0 && { sameInputs }),
          evaluations,
          examples: exampleSets,
          metricsPath: measuringPaths(definition),
          directions: directionsOf(definition),
        })
      : [];
  const weighed = weighVerdicts(
    // What keeps them from being judged is said already.
    gates.filter(({ value }) => value !== undefined || !isUnreadable(reports)),
    definition.inconclusive,
  );

  const problems = [
    ...reports.problems,
    ...artifactProblems,
    ...(weighed.type === 'failed' ? weighed.reasons : []),
  ];
  return {
    artifacts,
    reports: reports.summaries,
    testCases: reports.testCases,
    evaluations,
    exampleSets,
    curves: reports.curves,
    gates,
    ...(weighed.type === 'ask' && { question: weighed.question }),
    failure: problems.length > 0 ? reasons(problems) : undefined,
  };
}

function isUnreadable({ unreadable }: CollectedReports): boolean {
  return (['metrics', 'lm-eval', 'predictions'] as const).some(kind =>
    unreadable.has(kind),
  );
}

/** Where gates look for metrics, for those who read that one is missing. */
function measuringPaths({ reports }: StageDefinition): string | undefined {
  const { metrics = [], predictions = [] } = reports;
  return (
    [metrics, reports['lm-eval'] ?? [], predictions].flat().join(', ') ||
    undefined
  );
}

/** As the definition states them, or as the names of the metrics say. */
function directionsOf({ gates, reports }: StageDefinition) {
  const known = gates.flatMap(({ metric }) => {
    const isHigher = knownDirection(metric);
    return isHigher === undefined
      ? []
      : [[metric, isHigher ? 'higher' : 'lower'] as const];
  });
  return { ...Object.fromEntries(known), ...reports.directions };
}

interface ArtifactsOutcome {
  artifacts: CollectedArtifact[];
  problems: Reason[];
}

async function collectArtifacts(
  options: CollectResultsOptions,
): Promise<ArtifactsOutcome> {
  const outcome: ArtifactsOutcome = { artifacts: [], problems: [] };
  if (!options.commandSucceeded) return outcome;
  for (const [name, path] of Object.entries(
    options.stage.definition.artifacts,
  )) {
    const result = await collectArtifact({ ...options, name, path });
    if (result.type === 'stored') {
      outcome.artifacts.push(result.artifact);
    } else {
      outcome.problems.push(result.problem);
    }
  }
  return outcome;
}
