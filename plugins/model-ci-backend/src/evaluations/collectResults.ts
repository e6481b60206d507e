import {
  quoted,
  reason,
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
import { collectReports, type CollectedReports } from './collectReports';
import { assignDatasets, assignExampleSets } from './assignDatasets';
import type { Delivered } from './delivered';
import type { FindUpload } from './openCollected';
import { judgeGates } from '../gates/judgeGates';

export interface CollectResultsOptions {
  run: { id: string; pipelineRef: string };
  stage: { name: string; definition: StageDefinition };
  attemptId: string;
  executor: Pick<Executor, 'collect'>;
  handle: Handle;
  store: ArtifactStore;
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
    collectReports(options),
    collectArtifacts(options),
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
  const gates =
    commandSucceeded || reports.metrics
      ? judgeGates(definition.gates, {
          evaluations,
          metricsPath: metricsPathOf(definition),
        })
      : [];

  const problems = [
    ...reports.problems,
    ...artifactProblems.map(quoted),
    ...gateProblems(gates, reports),
  ];
  return {
    artifacts,
    reports: reports.summaries,
    testCases: reports.testCases,
    evaluations,
    exampleSets: assignExampleSets(
      reports.exampleSets,
      definition.datasets,
      datasets,
    ),
    gates,
    failure: problems.length > 0 ? reasons(problems) : undefined,
  };
}

/** Where gates find metrics. */
function metricsPathOf({ reports }: StageDefinition): string | undefined {
  const paths = [reports.metrics ?? [], reports['lm-eval'] ?? []].flat();
  return paths.length > 0 ? paths.join(', ') : undefined;
}

interface ArtifactsOutcome {
  artifacts: CollectedArtifact[];
  problems: string[];
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

function gateProblems(
  gates: StageResults['gates'],
  reports: CollectedReports,
): Reason[] {
  // Without a readable metrics report every gate is inconclusive for that one reason, which is said already.
  const metricsUnreadable =
    reports.unreadable.has('metrics') || reports.unreadable.has('lm-eval');
  return gates
    .filter(
      gate =>
        gate.verdict === 'fail' ||
        (gate.verdict === 'inconclusive' && !metricsUnreadable),
    )
    .map(gate => reason('stage.gate', { reason: gate.reason }));
}
