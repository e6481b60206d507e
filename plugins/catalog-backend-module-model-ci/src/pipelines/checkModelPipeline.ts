import { type Entity } from '@backstage/catalog-model';
import {
  checkPipelineDefinition,
  type PipelineDefinition,
} from '@model-ci/backstage-plugin-model-ci-common';
import { modelPipelineSchema } from './schema';

/** What keeps an entity of kind ModelPipeline out of the catalog, each with the path in the entity. */
export function checkModelPipeline(entity: Entity): string[] {
  const result = modelPipelineSchema.safeParse(entity);
  const errors = result.success
    ? []
    : result.error.issues.map(
        ({ path, message }) => `${path.map(String).join('.')} ${message}`,
      );
  // null is a definition, if an invalid one.
  if (entity.spec?.definition === undefined) {
    errors.push(
      'spec.definition is required; write $yaml: ./model-pipeline.yaml below it',
    );
  }
  return errors;
}

/** The definition, or what is wrong inside `spec.definition`, each with the path in the entity. */
export function checkDefinition(
  entity: Entity,
): { definition: PipelineDefinition } | { errors: string[] } {
  const result = checkPipelineDefinition(entity.spec?.definition);
  if ('definition' in result) {
    return result;
  }
  return {
    errors: result.problems.map(({ path, message }) =>
      path === ''
        ? `spec.definition ${message}`
        : `spec.definition.${path}: ${message}`,
    ),
  };
}
