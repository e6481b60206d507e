import { ConfigReader } from '@backstage/config';
import { ScmIntegrations } from '@backstage/integration';
import { readPipelineEntity } from './readPipelineEntity';

function sourceUrl(annotations: Record<string, string>) {
  return readPipelineEntity(
    {
      apiVersion: 'model-ci.dev/v1alpha1',
      kind: 'ModelPipeline',
      metadata: { name: 'prices', annotations },
      spec: {
        type: 'training',
        lifecycle: 'experimental',
        owner: 'group:default/ml',
        model: 'prices',
      },
    },
    '2026-11-23T18:00:00.000Z',
    ScmIntegrations.fromConfig(new ConfigReader({})),
  ).source_url;
}

describe('readPipelineEntity', () => {
  it('takes the source from the annotation that the catalog writes for its integrations', () => {
    expect(
      sourceUrl({
        'backstage.io/source-location':
          'url:https://github.com/o/r/tree/main/a',
        'backstage.io/managed-by-location':
          'url:https://github.com/o/r/blob/main/b/catalog-info.yaml',
      }),
    ).toBe('https://github.com/o/r/tree/main/a/');
  });

  it('takes the folder of the file that the entity was read from where there is no integration', () => {
    expect(
      sourceUrl({
        'backstage.io/managed-by-location':
          'url:http://portal.example/api/model-ci-git/prices.git/raw/main/catalog-info.yaml',
      }),
    ).toBe('http://portal.example/api/model-ci-git/prices.git/raw/main/');
  });

  it('knows no source of an entity from a file', () => {
    expect(
      sourceUrl({
        'backstage.io/managed-by-location': 'file:/srv/catalog-info.yaml',
      }),
    ).toBeNull();
  });
});
