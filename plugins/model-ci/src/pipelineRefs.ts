import { stringifyEntityRef, type Entity } from '@backstage/catalog-model';
import {
  MODEL_COMPONENT_TYPE,
  MODEL_PIPELINE_KIND,
  RELATION_TRAINED_BY,
} from '@model-ci/backstage-plugin-model-ci-common';

/** Whether an entity has pipelines to show: it is one, or a model that pipelines may train. */
export function isModelPipelineAvailable(entity: Entity): boolean {
  return (
    sameWord(entity.kind, MODEL_PIPELINE_KIND) ||
    (sameWord(entity.kind, 'Component') &&
      sameWord(String(entity.spec?.type ?? ''), MODEL_COMPONENT_TYPE))
  );
}

/** Refs of the pipelines that an entity stands for, in order. */
export function pipelineRefsOf(entity: Entity): string[] {
  if (sameWord(entity.kind, MODEL_PIPELINE_KIND)) {
    return [stringifyEntityRef(entity)];
  }
  const refs = (entity.relations ?? [])
    .filter(relation => relation.type === RELATION_TRAINED_BY)
    .map(relation => relation.targetRef);
  return [...new Set(refs)].sort();
}

function sameWord(a: string, b: string): boolean {
  return a.toLocaleLowerCase('en-US') === b.toLocaleLowerCase('en-US');
}
