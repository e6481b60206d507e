import { createHash } from 'node:crypto';
import {
  type Entity,
  parseEntityRef,
  RELATION_OWNED_BY,
  stringifyEntityRef,
} from '@backstage/catalog-model';
import type { ScmIntegrationRegistry } from '@backstage/integration';
import { z } from 'zod';
import {
  unpackDefinition,
  formatReason,
} from '@model-ci/backstage-plugin-model-ci-common';
import type { MirroredPipeline } from '../database/tables/pipelines';
import { tieSource } from './tieSource';

// The catalog's kind has checked all this; entities that another module let in may still be anything.
const specSchema = z.object({
  type: z.string(),
  lifecycle: z.string(),
  owner: z.string(),
  model: z.string(),
  definition: z.unknown().optional(),
});

/** The row of a catalog entity of kind ModelPipeline. Throws in words if it is none. */
export function readPipelineEntity(
  entity: Entity,
  at: string,
  integrations: ScmIntegrationRegistry,
): MirroredPipeline {
  const spec = specSchema.parse(entity.spec);
  const defaultNamespace = entity.metadata.namespace ?? 'default';
  const toRef = (ref: string, defaultKind: string) =>
    stringifyEntityRef(parseEntityRef(ref, { defaultKind, defaultNamespace }));

  const source = tieSource(entity.metadata.annotations, integrations);
  const definition =
    spec.definition === undefined
      ? null
      : JSON.stringify(unpackDefinition(spec.definition));

  return {
    ref: stringifyEntityRef(entity),
    title: entity.metadata.title ?? entity.metadata.name,
    description: entity.metadata.description ?? null,
    type: spec.type,
    lifecycle: spec.lifecycle,
    owner_ref:
      entity.relations?.find(({ type }) => type === RELATION_OWNED_BY)
        ?.targetRef ?? toRef(spec.owner, 'Group'),
    model_ref: toRef(spec.model, 'Component'),
    source_url: source.type === 'tied' ? source.sourceUrl : null,
    source_identity: source.identity,
    source_problem:
      source.type === 'refused' ? formatReason(source.problem) : null,
    entity_url: source.type === 'tied' ? source.entityUrl : null,
    entity_uid: entity.metadata.uid ?? null,
    definition,
    definition_digest:
      definition === null
        ? null
        : createHash('sha256').update(definition).digest('hex'),
    synced_at: at,
    removed_at: null,
  };
}
