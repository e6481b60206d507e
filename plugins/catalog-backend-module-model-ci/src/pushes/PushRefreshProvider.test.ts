import { mockServices } from '@backstage/backend-test-utils';
import type { Entity } from '@backstage/catalog-model';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import { PUSH_TOPIC } from '@model-ci/backstage-plugin-model-ci-node';
import { PushRefreshProvider } from './PushRefreshProvider';

const repositoryUrl = 'http://portal.example/api/model-ci-git/a.git/';

const push = {
  id: '1',
  repositoryUrl,
  branch: 'main',
  defaultBranch: 'main',
  after: 'b'.repeat(40),
  pushedBy: 'user:default/guest',
};

function entity(kind: string, name: string, location: string): Entity {
  return {
    apiVersion: 'v1',
    kind,
    metadata: {
      name,
      namespace: 'default',
      annotations: { 'backstage.io/managed-by-location': location },
    },
  };
}

async function refreshedBy(
  eventPayload: unknown,
  entities: Entity[] = [],
): Promise<string[][]> {
  const catalog = catalogServiceMock({ entities: [] });
  jest
    .spyOn(catalog, 'streamEntities')
    .mockImplementation(async function* pages() {
      yield entities;
    });
  jest
    .spyOn(catalog, 'streamLocations')
    .mockImplementation(async function* pages() {
      yield [];
    });
  jest.spyOn(catalog, 'refreshEntity').mockResolvedValue();
  const provider = new PushRefreshProvider({
    auth: mockServices.auth(),
    catalog,
    logger: mockServices.logger.mock(),
  });
  const refreshed: string[][] = [];
  await provider.connect({
    applyMutation: async () => {},
    refresh: async ({ keys }) => {
      refreshed.push(keys);
    },
  });
  await provider.onPush({ topic: PUSH_TOPIC, eventPayload });
  return refreshed;
}

describe('PushRefreshProvider', () => {
  it('refreshes the files and pipelines of the repository, and those of no other', async () => {
    await expect(
      refreshedBy(push, [
        entity('Component', 'a', `url:${repositoryUrl}raw/main/x/info.yaml`),
        entity(
          'ModelPipeline',
          'p',
          `url:${repositoryUrl}raw/main/x/info.yaml`,
        ),
        entity('ModelPipeline', 'q', 'url:http://elsewhere/catalog-info.yaml'),
      ]),
    ).resolves.toEqual([
      [
        `url:${repositoryUrl}raw/main/catalog-info.yaml`,
        `url:${repositoryUrl}raw/main/x/info.yaml`,
        'model-ci:modelpipeline:default/p',
      ],
    ]);
  });

  it('knows branches with a slash', async () => {
    await expect(
      refreshedBy({ ...push, branch: 'team/main', defaultBranch: 'team/main' }),
    ).resolves.toEqual([
      [`url:${repositoryUrl}raw/team%2Fmain/catalog-info.yaml`],
    ]);
  });

  it.each([
    ['of another branch', { ...push, branch: 'feature' }],
    ['that deletes the branch', { ...push, after: undefined }],
    ['that is no push', { hello: 'world' }],
  ])('ignores an event %s', async (_, payload) => {
    await expect(refreshedBy(payload)).resolves.toEqual([]);
  });
});
