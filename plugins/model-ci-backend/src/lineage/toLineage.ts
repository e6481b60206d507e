import { parseEntityRef, stringifyEntityRef } from '@backstage/catalog-model';
import {
  instanceDefinitions,
  stageKey,
  type LineageReport,
  type LineageRun,
  type LineageStage,
  type ModelVersion,
  type PipelineDefinition,
  type StageDefinition,
  type VersionLineage,
} from '@model-ci/backstage-plugin-model-ci-common';
import { EXTERNAL_NODE } from '../database/tables/externalRuns';
import { parseBuiltImage, parseStoredImage } from '../database/storedImage';
import { parseStoredParameters } from '../database/storedLists';
import type {
  ApprovalRow,
  AttemptRow,
  RunRow,
  StageRow,
} from '../database/tables/runs';
import { stageWaited } from '../runs/decided';
import { toApproval } from '../runs/toApi';

export function toLineageRun(row: RunRow): LineageRun {
  return {
    id: row.id,
    number: row.number,
    trigger: row.trigger,
    branch: row.branch ?? undefined,
    commit: row.commit ?? undefined,
    createdBy: row.created_by,
    createdAt: row.created_at,
    startedAt: row.started_at ?? undefined,
    finishedAt: row.finished_at ?? undefined,
    sourceUrl: row.source_url,
    sourceDigest: row.source_digest ?? undefined,
    sourceTree: row.source_tree ?? undefined,
    parameters: parseStoredParameters(row.parameters),
  };
}

/** Where another CI executed it is not known. */
function nodeOf(attempt: AttemptRow | undefined): string | undefined {
  return attempt?.node === EXTERNAL_NODE
    ? undefined
    : attempt?.phase_node ?? attempt?.node ?? undefined;
}

/** Each stage with the attempt that decided; `attempts` are oldest first within a stage. */
export function toLineageStages(of: {
  stages: StageRow[];
  attempts: AttemptRow[];
  approvals: ApprovalRow[];
  definition: PipelineDefinition | undefined;
}): LineageStage[] {
  const { stages, attempts, approvals, definition } = of;
  const deciding = new Map(
    attempts.map(attempt => [attempt.stage_id, attempt]),
  );
  return executed(stages).map(stage => {
    const defined = definitionOf(stage, definition);
    const attempt = deciding.get(stage.id);
    const image = parseStoredImage(attempt?.image ?? null);
    const waited = stageWaited(
      stage.started_at,
      approvals.filter(({ stage_id: id }) => id === stage.id),
    );
    return {
      name: stage.name,
      title: defined?.title,
      instance: stage.instance ?? undefined,
      status: stage.status,
      needs: defined?.needs ?? [],
      executor: attempt?.executor ?? defined?.executor,
      node: nodeOf(attempt),
      // Executors that run no image ignore what the definition names.
      ...(image && {
        image,
        imageName: defined?.image ?? defined?.imageFrom,
      }),
      builtImage: parseBuiltImage(attempt?.built_image ?? null),
      parameters: defined?.env ?? {},
      startedAt: stage.started_at ?? undefined,
      finishedAt: stage.finished_at ?? undefined,
      ...(waited && { waited }),
    };
  });
}

/** What the version is made of: a stage itself, or those of its instances that went on. */
function executed(stages: StageRow[]): StageRow[] {
  const divided = new Set(
    stages.flatMap(({ name, instance }) => (instance === null ? [] : [name])),
  );
  return stages.filter(({ name, instance, selected }) =>
    instance === null
      ? !divided.has(name)
      : selected === null || Boolean(selected),
  );
}

function definitionOf(
  { name, instance }: StageRow,
  definition: PipelineDefinition | undefined,
): StageDefinition | undefined {
  const stage = definition?.stages[name];
  return stage === undefined || instance === null
    ? stage
    : instanceDefinitions(stage).get(instance);
}

export function toLineageDatasets(
  { datasets, pipelineRef }: Pick<ModelVersion, 'datasets' | 'pipelineRef'>,
  definition: PipelineDefinition | undefined,
): VersionLineage['datasets'] {
  const { namespace } = parseEntityRef(pipelineRef);
  return datasets.map(dataset => ({
    ...dataset,
    resourceRef: fullRef(
      definition?.datasets[dataset.name]?.resource,
      namespace,
    ),
  }));
}

/** As it was written once, which the catalog may read otherwise by now. */
function fullRef(
  written: string | undefined,
  defaultNamespace: string,
): string | undefined {
  try {
    return written === undefined
      ? undefined
      : stringifyEntityRef(
          parseEntityRef(written, {
            defaultKind: 'resource',
            defaultNamespace,
          }),
        );
  } catch {
    return undefined;
  }
}

/** Those of what the version is made of. */
export function toLineageReports(
  reports: LineageReport[],
  stages: StageRow[],
): LineageReport[] {
  const made = new Set(
    executed(stages).map(({ name, instance }) =>
      stageKey(name, instance ?? undefined),
    ),
  );
  return reports.filter(({ stage, instance }) =>
    made.has(stageKey(stage, instance)),
  );
}

export function toLineageApprovals(
  approvals: ApprovalRow[],
  stages: StageRow[],
): VersionLineage['approvals'] {
  const byId = new Map(stages.map(stage => [stage.id, stage]));
  return approvals.map(row => {
    const stage = byId.get(row.stage_id);
    return {
      ...toApproval(row),
      stage: stage?.name ?? '',
      ...(stage?.instance && { instance: stage.instance }),
    };
  });
}
