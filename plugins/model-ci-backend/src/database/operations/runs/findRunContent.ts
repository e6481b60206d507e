import type { Knex } from 'knex';
import type {
  ChangedPaths,
  ParameterValues,
  PipelineDefinition,
  RunDataset,
} from '@model-ci/backstage-plugin-model-ci-common';
import { parseChangedPaths } from '../../changedPaths';
import { parseGatePlan, type StoredGatePlan } from '../../../gates/gatePlan';
import { parseStoredDatasets, parseStoredParameters } from '../../storedLists';
import type { RunRow, StageRow } from '../../tables/runs';
import { definitionOfRun } from './definitionOfRun';

/** What a run is of, and what it read from its source. */
export interface RunContent {
  pipelineRef: string;
  branch?: string;
  commit: string;
  /** Folder of the entity at the default branch, ending in `/`. */
  sourceUrl: string;
  /** Artifact with the source tree. */
  sourceDigest: string;
  definition: PipelineDefinition;
  datasets: RunDataset[];
  parameters: ParameterValues;
  /** Whether it is, or may be, of a fork. */
  isUntrusted: boolean;
  /** Undefined where they are not known. */
  changed?: ChangedPaths;
  /** What was fixed for the gates of its stages, by their names. */
  gatePlans: ReadonlyMap<string, StoredGatePlan>;
}

/** What a run read from its source, once it was prepared; from then on it never changes. */
export async function findRunContent(
  db: Knex | Knex.Transaction,
  args: { runId: string },
): Promise<RunContent | undefined> {
  const run = await db<RunRow>('runs').where({ id: args.runId }).first();
  if (!run?.definition || run.commit === null || run.source_digest === null) {
    return undefined;
  }
  const stages = await db<StageRow>('stages')
    .where({ run_id: run.id })
    .whereNotNull('definition')
    .select('name', 'definition', 'gate_plan');
  return {
    pipelineRef: run.pipeline_ref,
    ...(run.branch !== null && { branch: run.branch }),
    commit: run.commit,
    sourceUrl: run.source_url,
    sourceDigest: run.source_digest,
    definition: definitionOfRun(run.definition, stages),
    datasets: parseStoredDatasets(run.datasets),
    parameters: parseStoredParameters(run.parameters),
    isUntrusted: Boolean(run.is_untrusted),
    changed: parseChangedPaths(run.changed_paths),
    gatePlans: new Map(
      stages.flatMap(({ name, gate_plan }) => {
        const plan = parseGatePlan(gate_plan);
        return plan ? [[name, plan] as const] : [];
      }),
    ),
  };
}
