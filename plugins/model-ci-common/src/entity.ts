import type { Entity } from '@backstage/catalog-model';
import type { JsonObject } from '@backstage/types';

export const MODEL_PIPELINE_API_VERSION = 'model-ci.dev/v1alpha1';
export const MODEL_PIPELINE_KIND = 'ModelPipeline';

/** Catalog relations between a pipeline and the model that it trains. */
export const RELATION_TRAINS = 'trains';
export const RELATION_TRAINED_BY = 'trainedBy';

/** `spec.type` of the `Component` that a pipeline trains. */
export const MODEL_COMPONENT_TYPE = 'ai-model';

/** `spec.type` of the `Resource` that stands for a compute node. */
export const COMPUTE_NODE_RESOURCE_TYPE = 'compute-node';

/** A catalog entity of kind `ModelPipeline`. */
export interface ModelPipelineEntity extends Entity {
  apiVersion: typeof MODEL_PIPELINE_API_VERSION;
  kind: typeof MODEL_PIPELINE_KIND;
  spec: {
    type: 'training' | 'fine-tuning' | 'evaluation';
    lifecycle: string;
    owner: string;
    system?: string;
    /** Entity ref of the model's Component. */
    model: string;
    /** Data sets and nodes (Resources) that the pipeline depends on. */
    dependsOn?: string[];
    /** The default branch's `model-pipeline.yaml`, read through `$yaml`; as text where {@link packDefinition} says so. */
    definition: JsonObject | string;
  };
}
