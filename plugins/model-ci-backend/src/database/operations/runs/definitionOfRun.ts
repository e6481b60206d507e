import {
  parseStoredDefinition,
  parseStoredStage,
  type PipelineDefinition,
} from '@model-ci/backstage-plugin-model-ci-common';
import type { StageRow } from '../../tables/runs';

/**
 * The definition that a run follows, whichever release wrote it. What the row of a stage says is true of that stage;
 * rows of older releases say nothing, and the run's text holds.
 */
export function definitionOfRun(
  text: string,
  stages: Array<Pick<StageRow, 'name' | 'definition'>>,
): PipelineDefinition {
  const definition = parseStoredDefinition(text);
  const own = stages.flatMap(stage =>
    stage.definition === null
      ? []
      : [[stage.name, parseStoredStage(stage.definition)] as const],
  );
  return {
    ...definition,
    stages: { ...definition.stages, ...Object.fromEntries(own) },
  };
}
