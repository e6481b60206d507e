import {
  ANNOTATION_LOCATION,
  ANNOTATION_SOURCE_LOCATION,
  type Entity,
  parseEntityRef,
  RELATION_OWNED_BY,
  stringifyEntityRef,
} from '@backstage/catalog-model';
import { z } from 'zod';
import { unpackDefinition } from '@model-ci/backstage-plugin-model-ci-common';
import type { PipelineRow } from '../database/tables/pipelines';

// The catalog's kind has checked all this; entities that another module let in may still be anything.
const specSchema = z.object({
  type: z.string(),
  lifecycle: z.string(),
  owner: z.string(),
  model: z.string(),
  definition: z.unknown().optional(),
});

/** The row of a catalog entity of kind ModelPipeline. Throws in words if it is none. */
export function readPipelineEntity(entity: Entity, at: string): PipelineRow {
  const spec = specSchema.parse(entity.spec);
  const defaultNamespace = entity.metadata.namespace ?? 'default';
  const toRef = (ref: string, defaultKind: string) =>
    stringifyEntityRef(parseEntityRef(ref, { defaultKind, defaultNamespace }));

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
    source_url: readSourceUrl(entity),
    definition:
      spec.definition === undefined
        ? null
        : JSON.stringify(unpackDefinition(spec.definition)),
    synced_at: at,
    removed_at: null,
  };
}

/**
 * The folder that the entity was read from. The catalog writes it down for hosts that it has an integration for;
 * for others, such as the embedded git host, it is where the file of the entity lies.
 */
function readSourceUrl(entity: Entity): string | null {
  const { annotations } = entity.metadata;
  const folder = readUrl(annotations?.[ANNOTATION_SOURCE_LOCATION]);
  if (folder) {
    return folder.endsWith('/') ? folder : `${folder}/`;
  }
  const file = readUrl(annotations?.[ANNOTATION_LOCATION]);
  return file ? new URL('./', file).href : null;
}

function readUrl(location: string | undefined): string | undefined {
  return location?.match(/^url:(https?:\/\/.+)$/)?.[1];
}
