import type { Entity } from '@backstage/catalog-model';
import type { CatalogProcessorResult } from '@backstage/plugin-catalog-node';
import { ModelPipelineProcessor } from './ModelPipelineProcessor';

const processor = new ModelPipelineProcessor();
const location = {
  type: 'url',
  target: 'https://git.example/catalog-info.yaml',
};

function pipeline(spec: object = {}, rest: object = {}): Entity {
  return {
    apiVersion: 'model-ci.dev/v1alpha1',
    kind: 'ModelPipeline',
    metadata: { name: 'house-price', namespace: 'homes' },
    spec: {
      type: 'training',
      lifecycle: 'experimental',
      owner: 'ml',
      system: 'housing',
      model: 'house-price',
      dependsOn: ['resource:default/gpu-01', 'resource:houses'],
      definition: { version: 1, stages: { a: { run: 'x' } } },
      ...spec,
    },
    ...rest,
  };
}

async function errorsOf(entity: Entity): Promise<string> {
  return processor.validateEntityKind(entity).then(
    () => '',
    error => `${error.name}: ${error.message}`,
  );
}

describe('ModelPipelineProcessor', () => {
  it('accepts a right pipeline', async () => {
    await expect(processor.validateEntityKind(pipeline())).resolves.toBe(true);
  });

  it('leaves other kinds to others', async () => {
    const component = pipeline({}, { kind: 'Component' });
    await expect(processor.validateEntityKind(component)).resolves.toBe(false);
    const emit = jest.fn();
    await processor.postProcessEntity(component, location, emit);
    expect(emit).not.toHaveBeenCalled();
  });

  it('reports every error outside the definition with its path', async () => {
    const message = await errorsOf(
      pipeline(
        {
          type: 'cooking',
          lifecycle: '',
          owner: undefined,
          system: 'component:default/x',
          model: 'a/b/:',
          dependsOn: ['gpu-01', 3],
          dependOn: [],
          definition: { version: 1 },
        },
        { apiVersion: 'model-ci.dev/v2' },
      ),
    );
    expect(message.split('\n')).toEqual([
      'InputError: modelpipeline:homes/house-price has 9 errors:',
      '- apiVersion must be model-ci.dev/v1alpha1',
      '- spec.type must be training, fine-tuning or evaluation',
      '- spec.lifecycle is empty; write for example experimental',
      '- spec.owner is required',
      '- spec.system must be of kind system, but "component:default/x" is of kind component',
      expect.stringMatching(/^- spec.model is no entity ref: /),
      expect.stringMatching(/^- spec.dependsOn.0 is no entity ref: /),
      '- spec.dependsOn.1 must be text',
      '- spec has unknown keys: dependOn; known are type, lifecycle, owner, system, model, dependsOn and definition',
    ]);
  });

  it('says how to give a definition', async () => {
    await expect(errorsOf(pipeline({ definition: undefined }))).resolves.toBe(
      'InputError: modelpipeline:homes/house-price has an error:\n- spec.definition is required; write $yaml: ./model-pipeline.yaml below it',
    );
  });

  it('accepts a pipeline with an invalid definition, and reports the errors in its status', async () => {
    const entity = pipeline({
      definition: {
        version: 1,
        stages: { a: { run: 'x', needs: ['b'] }, c: { runs: 'x' } },
      },
    });
    await expect(processor.validateEntityKind(entity)).resolves.toBe(true);
    const results: CatalogProcessorResult[] = [];
    const processed = await processor.postProcessEntity(
      entity,
      location,
      result => results.push(result),
    );
    const message = [
      'modelpipeline:homes/house-price has 3 errors:',
      "- spec.definition.stages.c.runs: unknown key; did you mean 'run'?",
      '- spec.definition.stages.c.run: is required, unless the stage has imageBuild',
      "- spec.definition.stages.a.needs[0]: there is no stage 'b'; choose from: c",
    ].join('\n');
    expect(processed).toEqual({
      ...entity,
      status: {
        items: [
          {
            type: 'backstage.io/catalog-processing',
            level: 'error',
            message: `InputError: ${message}`,
            error: { name: 'InputError', message },
          },
        ],
      },
    });
    // An emitted error would drop the entity.
    expect(new Set(results.map(({ type }) => type))).toEqual(
      new Set(['relation', 'refresh']),
    );
  });

  it.each([[null], ['text'], [[]]])(
    'accepts the definition %j, which is no mapping',
    async definition => {
      const entity = pipeline({ definition });
      await expect(processor.validateEntityKind(entity)).resolves.toBe(true);
      await expect(
        processor.postProcessEntity(entity, location, () => {}),
      ).resolves.toMatchObject({
        status: {
          items: [
            {
              message: expect.stringMatching(
                /has an error:\n- spec.definition must be a mapping/,
              ),
            },
          ],
        },
      });
    },
  );

  it('keeps the status that the entity has, and adds nothing for a right definition', async () => {
    const status = {
      items: [{ type: 'other', level: 'info', message: 'fine' }],
    };
    const right = pipeline({}, { status });
    await expect(
      processor.postProcessEntity(right, location, () => {}),
    ).resolves.toEqual(right);
    await expect(
      processor.postProcessEntity(
        pipeline({ definition: {} }, { status }),
        location,
        () => {},
      ),
    ).resolves.toMatchObject({
      status: { items: [status.items[0], { level: 'error' }] },
    });
  });

  it('reports a missing spec', async () => {
    await expect(errorsOf(pipeline({}, { spec: undefined }))).resolves.toMatch(
      /- spec must be a mapping/,
    );
  });

  it('relates the pipeline in both directions', async () => {
    const results: CatalogProcessorResult[] = [];
    await processor.postProcessEntity(pipeline(), location, result =>
      results.push(result),
    );
    const ref = (target: { kind: string; namespace: string; name: string }) =>
      `${target.kind}:${target.namespace}/${target.name}`;
    expect(
      results.flatMap(result =>
        result.type === 'relation'
          ? [
              `${ref(result.relation.source)} ${result.relation.type} ${ref(
                result.relation.target,
              )}`,
            ]
          : [],
      ),
    ).toEqual([
      'ModelPipeline:homes/house-price ownedBy Group:homes/ml',
      'Group:homes/ml ownerOf ModelPipeline:homes/house-price',
      'ModelPipeline:homes/house-price partOf System:homes/housing',
      'System:homes/housing hasPart ModelPipeline:homes/house-price',
      'ModelPipeline:homes/house-price trains Component:homes/house-price',
      'Component:homes/house-price trainedBy ModelPipeline:homes/house-price',
      'ModelPipeline:homes/house-price dependsOn resource:default/gpu-01',
      'resource:default/gpu-01 dependencyOf ModelPipeline:homes/house-price',
      'ModelPipeline:homes/house-price dependsOn resource:homes/houses',
      'resource:homes/houses dependencyOf ModelPipeline:homes/house-price',
    ]);
    expect(results).toContainEqual({
      type: 'refresh',
      key: 'model-ci:modelpipeline:homes/house-price',
    });
  });
});
