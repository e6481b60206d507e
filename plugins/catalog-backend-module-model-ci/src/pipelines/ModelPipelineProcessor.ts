import { ENTITY_STATUS_CATALOG_PROCESSING_TYPE } from '@backstage/catalog-client';
import {
  type Entity,
  RELATION_DEPENDENCY_OF,
  RELATION_DEPENDS_ON,
  RELATION_HAS_PART,
  RELATION_OWNED_BY,
  RELATION_OWNER_OF,
  RELATION_PART_OF,
  getCompoundEntityRef,
  parseEntityRef,
  stringifyEntityRef,
} from '@backstage/catalog-model';
import type { AlphaEntity } from '@backstage/catalog-model/alpha';
import { InputError } from '@backstage/errors';
import type { LocationSpec } from '@backstage/plugin-catalog-common';
import {
  type CatalogProcessor,
  type CatalogProcessorEmit,
  processingResult,
} from '@backstage/plugin-catalog-node';
import {
  MODEL_PIPELINE_KIND,
  packDefinition,
  RELATION_TRAINED_BY,
  RELATION_TRAINS,
} from '@model-ci/backstage-plugin-model-ci-common';
import { checkDefinition, checkModelPipeline } from './checkModelPipeline';
import { modelPipelineRefreshKey } from './refreshKey';
import { modelPipelineSchema } from './schema';

/**
 * Makes `ModelPipeline` a kind of the catalog: checks it and relates it to its owner, system, model and dependencies.
 *
 * An invalid definition does not keep the entity out: without the entity, no push would start a run, and nobody
 * would be shown the errors. They become part of the entity's status instead.
 */
export class ModelPipelineProcessor implements CatalogProcessor {
  getProcessorName(): string {
    return 'ModelPipelineProcessor';
  }

  async validateEntityKind(entity: Entity): Promise<boolean> {
    if (!isModelPipeline(entity)) {
      return false;
    }
    const errors = checkModelPipeline(entity);
    if (errors.length > 0) {
      throw new InputError(describe(entity, errors));
    }
    return true;
  }

  async postProcessEntity(
    entity: Entity,
    _location: LocationSpec,
    emit: CatalogProcessorEmit,
  ): Promise<Entity> {
    if (!isModelPipeline(entity)) {
      return entity;
    }
    const { spec } = modelPipelineSchema.parse(entity);
    const self = getCompoundEntityRef(entity);
    const relate = (
      ref: string | undefined,
      defaultKind: string | undefined,
      outgoing: string,
      incoming: string,
    ) => {
      if (ref === undefined) {
        return;
      }
      const target = parseEntityRef(ref, {
        defaultKind,
        defaultNamespace: self.namespace,
      });
      emit(processingResult.relation({ source: self, type: outgoing, target }));
      emit(
        processingResult.relation({
          source: target,
          type: incoming,
          target: self,
        }),
      );
    };
    relate(spec.owner, 'Group', RELATION_OWNED_BY, RELATION_OWNER_OF);
    relate(spec.system, 'System', RELATION_PART_OF, RELATION_HAS_PART);
    relate(spec.model, 'Component', RELATION_TRAINS, RELATION_TRAINED_BY);
    const checked = checkDefinition(entity);
    const datasets =
      'definition' in checked ? Object.values(checked.definition.datasets) : [];
    const dependencies = new Set([
      ...(spec.dependsOn ?? []),
      ...datasets.flatMap(({ resource }) => resource ?? []),
    ]);
    for (const dependency of dependencies) {
      // Those of `spec.dependsOn` name their kind; data sets are Resources.
      relate(
        dependency,
        'Resource',
        RELATION_DEPENDS_ON,
        RELATION_DEPENDENCY_OF,
      );
    }
    emit(
      processingResult.refresh(
        modelPipelineRefreshKey(stringifyEntityRef(entity)),
      ),
    );
    const kept = withPackedDefinition(entity);
    return 'errors' in checked
      ? withError(kept, new InputError(describe(entity, checked.errors)))
      : kept;
  }
}

function describe(entity: Entity, errors: string[]): string {
  return `${stringifyEntityRef(entity)} has ${
    errors.length === 1 ? 'an error' : `${errors.length} errors`
  }:\n${errors.map(error => `- ${error}`).join('\n')}`;
}

function withPackedDefinition(entity: Entity): Entity {
  const definition = entity.spec?.definition;
  return definition === undefined
    ? entity
    : {
        ...entity,
        spec: { ...entity.spec, definition: packDefinition(definition) },
      };
}

/** As the catalog writes its own errors, for the panel of the entity page; an emitted error would drop the entity. */
function withError(entity: AlphaEntity, { name, message }: Error): AlphaEntity {
  return {
    ...entity,
    status: {
      ...entity.status,
      items: [
        ...(entity.status?.items ?? []),
        {
          type: ENTITY_STATUS_CATALOG_PROCESSING_TYPE,
          level: 'error',
          message: `${name}: ${message}`,
          error: { name, message },
        },
      ],
    },
  };
}

/** By kind alone: an entity of this kind with another `apiVersion` is an error to report, not somebody else's. */
function isModelPipeline(entity: Entity): boolean {
  return (
    entity.kind.toLocaleLowerCase('en-US') ===
    MODEL_PIPELINE_KIND.toLocaleLowerCase('en-US')
  );
}
