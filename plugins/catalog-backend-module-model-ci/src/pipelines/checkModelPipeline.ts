import { type Entity } from '@backstage/catalog-model';
import { checkPipelineDefinition } from '@model-ci/backstage-plugin-model-ci-common';
import { modelPipelineSchema } from './schema';

/** Everything that is wrong with an entity of kind ModelPipeline, each with the path in the entity. */
export function checkModelPipeline(entity: Entity): string[] {
  const result = modelPipelineSchema.safeParse(entity);
  const envelope = result.success
    ? []
    : result.error.issues.map(
        ({ path, message }) => `${path.map(String).join('.')} ${message}`,
      );
  return [...envelope, ...checkDefinition(entity.spec?.definition)];
}

function checkDefinition(definition: unknown): string[] {
  if (definition === undefined || definition === null) {
    return [
      'spec.definition is required; write $yaml: ./model-pipeline.yaml below it',
    ];
  }
  const result = checkPipelineDefinition(definition);
  if ('definition' in result) {
    return [];
  }
  return result.problems.map(({ path, message }) =>
    path === ''
      ? `spec.definition ${message}`
      : `spec.definition.${path}: ${message}`,
  );
}
