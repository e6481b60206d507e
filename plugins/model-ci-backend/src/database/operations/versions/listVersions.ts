import type { Knex } from 'knex';
import { z } from 'zod';
import {
  parametersSchema,
  parseStoredDefinition,
  type ModelVersion,
  type RunDataset,
} from '@model-ci/backstage-plugin-model-ci-common';
import { parseStoredDatasets } from '../../storedLists';
import type { ModelVersionRow } from '../../tables/evaluations';

const parametersByStage = z.record(z.string(), parametersSchema);

interface Serving {
  servable: boolean;
  /** Why its definition cannot be read. */
  unreadable?: unknown;
}

/** A version with what its run knows of it. */
export interface RegisteredVersion {
  pipelineRef: string;
  version: number;
  runId: string;
  runNumber: number;
  commit?: string;
  branch?: string;
  commitMessage?: string;
  createdBy: string;
  createdAt: string;
  datasets: RunDataset[];
  parameters: ModelVersion['parameters'];
  /** What its definition says of serving; read when it is asked for. */
  readServing(): Serving;
}

/** Versions of one pipeline, newest first: those named, or those before a version. */
export async function listVersions(
  db: Knex | Knex.Transaction,
  args: {
    pipelineRef: string;
    versions?: number[];
    before?: number;
    limit: number;
  },
): Promise<RegisteredVersion[]> {
  const query = db('model_versions as v')
    .join('runs', 'runs.id', 'v.run_id')
    .where('v.pipeline_ref', args.pipelineRef)
    .orderBy('v.version', 'desc')
    .limit(args.limit);
  if (args.versions) query.whereIn('v.version', args.versions);
  if (args.before !== undefined) query.where('v.version', '<', args.before);
  const rows: JoinedVersionRow[] = await query.select(
    'v.*',
    'runs.number as run_number',
    'runs.commit',
    'runs.branch',
    'runs.commit_message',
    'runs.datasets',
    'runs.definition',
  );
  return rows.map(toRegisteredVersion);
}

type JoinedVersionRow = ModelVersionRow & {
  run_number: number;
  commit: string | null;
  branch: string | null;
  commit_message: string | null;
  datasets: string | null;
  definition: string | null;
};

function toRegisteredVersion(row: JoinedVersionRow): RegisteredVersion {
  return {
    pipelineRef: row.pipeline_ref,
    version: row.version,
    runId: row.run_id,
    runNumber: row.run_number,
    commit: row.commit ?? undefined,
    branch: row.branch ?? undefined,
    commitMessage: row.commit_message ?? undefined,
    createdBy: row.created_by,
    createdAt: row.created_at,
    datasets: parseStoredDatasets(row.datasets),
    parameters: parametersByStage.parse(JSON.parse(row.parameters ?? '{}')),
    readServing: () => readServing(row.definition),
  };
}

/** A definition that cannot be read keeps nobody from looking at the other versions. */
function readServing(definition: string | null): Serving {
  if (definition === null) {
    return { servable: false };
  }
  try {
    const { serving } = parseStoredDefinition(definition);
    return { servable: serving !== undefined };
  } catch (error) {
    return { servable: false, unreadable: error };
  }
}
