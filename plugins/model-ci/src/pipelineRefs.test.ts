import type { Entity } from '@backstage/catalog-model';
import { isModelPipelineAvailable, pipelineRefsOf } from './pipelineRefs';

const model: Entity = {
  apiVersion: 'backstage.io/v1alpha1',
  kind: 'Component',
  metadata: { name: 'house-price' },
  spec: { type: 'ai-model' },
  relations: [
    { type: 'trainedBy', targetRef: 'modelpipeline:default/b' },
    { type: 'ownedBy', targetRef: 'group:default/ml' },
    { type: 'trainedBy', targetRef: 'modelpipeline:default/a' },
    { type: 'trainedBy', targetRef: 'modelpipeline:default/a' },
  ],
};

describe('pipelines of an entity', () => {
  it('are the pipeline itself', () => {
    const pipeline = {
      ...model,
      kind: 'ModelPipeline',
      metadata: { name: 'P', namespace: 'ML' },
    };
    expect(pipelineRefsOf(pipeline)).toEqual(['modelpipeline:ml/p']);
    expect(isModelPipelineAvailable(pipeline)).toBe(true);
  });

  it('are those that train a model, each once', () => {
    expect(pipelineRefsOf(model)).toEqual([
      'modelpipeline:default/a',
      'modelpipeline:default/b',
    ]);
    expect(isModelPipelineAvailable(model)).toBe(true);
  });

  it('are not looked for on other components', () => {
    expect(
      isModelPipelineAvailable({ ...model, spec: { type: 'service' } }),
    ).toBe(false);
  });
});
