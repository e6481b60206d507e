import { mockServices } from '@backstage/backend-test-utils';
import type { Entity } from '@backstage/catalog-model';
import { ConfigReader } from '@backstage/config';
import { ScmIntegrations } from '@backstage/integration';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import type { Change } from '../webhooks/change';
import { createUserFinder } from './createUserFinder';

const user = (name: string, annotations: Record<string, string>): Entity => ({
  apiVersion: 'backstage.io/v1alpha1',
  kind: 'User',
  metadata: { name, namespace: 'default', annotations },
  spec: { memberOf: [] },
});

const LOCATION = 'backstage.io/managed-by-location';
const ENTITIES = [
  user('ann', { 'github.com/user-login': 'ann-gh' }),
  user('eve', {
    'github.com/user-login': 'eve',
    [LOCATION]: 'url:https://ghe.example/eve',
  }),
  user('twin-1', { 'github.com/user-login': 'twin' }),
  user('twin-2', { 'github.com/user-login': 'twin' }),
  user('gil', { 'gitlab.com/user-login': 'gil' }),
  user('bob', { 'bitbucket.org/user-login': 'bob' }),
];

const findUser = createUserFinder({
  auth: mockServices.auth(),
  catalog: catalogServiceMock({ entities: ENTITIES }),
  integrations: ScmIntegrations.fromConfig(
    new ConfigReader({
      integrations: {
        github: [{ host: 'ghe.example', apiBaseUrl: 'https://ghe.example/v3' }],
      },
    }),
  ),
  logger: mockServices.logger.mock(),
});

describe('The user of the catalog who made a change', () => {
  it.each([
    ['github', 'github.com', 'ann-gh', 'user:default/ann'],
    ['github', 'github.com', 'ann', undefined],
    // Somebody on github.com took the name of a user of GitHub Enterprise.
    ['github', 'github.com', 'eve', undefined],
    ['github', 'ghe.example', 'eve', 'user:default/eve'],
    ['github', 'ghe.example', 'ann-gh', undefined],
    ['github', 'github.com', 'twin', undefined],
    ['gitlab', 'gitlab.com', 'gil', 'user:default/gil'],
    ['gitlab', 'gitlab.example', 'gil', undefined],
    ['bitbucket', 'bitbucket.org', 'bob', undefined],
    ['github', 'github.com', 'x,kind=Group', undefined],
  ])('on %s (%s) as %s is %s', async (provider, host, author, expected) => {
    const change: Change = {
      ...{ provider, author, deliveryId: 'd', event: 'push' },
      repositoryUrl: `https://${host}/acme/models`,
    };
    expect(await findUser(change)).toBe(expected);
  });

  it('is whom the portal’s own host names', async () => {
    expect(
      await findUser({
        ...{ provider: 'model-ci-git', deliveryId: 'd', event: 'push' },
        repositoryUrl: 'https://portal.example/a.git',
        user: 'user:default/ann',
      }),
    ).toBe('user:default/ann');
  });
});
