import {
  instancesOf,
  stageConclusionSchema,
  stageKey,
  type InstanceMetric,
  type PipelineDefinition,
  type RunStage,
  type StageExecution,
} from '@model-ci/backstage-plugin-model-ci-common';
import type { StageRow } from '../database/tables/runs';

/** The instances of a stage, in the order of the definition; nothing for a stage that is executed once. */
export function toInstances(
  stage: StageRow,
  rows: StageRow[],
  definition: PipelineDefinition | undefined,
  of: {
    executionOf(row: StageRow): StageExecution;
    /** By the keys of stages and instances. */
    results: ReadonlyMap<string, { metrics: InstanceMetric[] }>;
  },
): Pick<RunStage, 'instances' | 'conclusion'> {
  const { [stage.name]: own } = definition?.stages ?? {};
  const byKey = new Map(
    rows
      .filter(({ name, instance }) => name === stage.name && instance !== null)
      .map(row => [row.instance, row]),
  );
  if (!own || byKey.size === 0) {
    return {};
  }
  return {
    ...readConclusion(stage.conclusion),
    instances: instancesOf(own).flatMap(instance => {
      const row = byKey.get(instance.key);
      const key = stageKey(stage.name, instance.key);
      return row
        ? [
            {
              ...instance,
              ...(row.selected !== null && { selected: Boolean(row.selected) }),
              ...of.executionOf(row),
              metrics: of.results.get(key)?.metrics ?? [],
            },
          ]
        : [];
    }),
  };
}

/** What cannot be read any more keeps nobody from looking at the rest of the run. */
function readConclusion(stored: string | null): Pick<RunStage, 'conclusion'> {
  const { data } = stageConclusionSchema.safeParse(
    JSON.parse(stored ?? 'null'),
  );
  return data ? { conclusion: data } : {};
}
