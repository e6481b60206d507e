import { mockServices } from '@backstage/backend-test-utils';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import { createEmailFinder } from './createEmailFinder';

const user = (name: string, profile?: { email?: string }) => ({
  apiVersion: 'backstage.io/v1alpha1',
  kind: 'User',
  metadata: { name },
  spec: { profile },
});

describe('createEmailFinder', () => {
  const findEmail = createEmailFinder({
    auth: mockServices.auth(),
    catalog: catalogServiceMock({
      entities: [
        user('ann', { email: 'Ann@Example.com' }),
        user('bo', {}),
        user('cy'),
        { ...user('crew', { email: 'crew@example.com' }), kind: 'Group' },
      ],
    }),
  });

  it.each([
    ['user:default/ann', 'Ann@Example.com'],
    ['User:default/ann', 'Ann@Example.com'],
    ['user:default/bo', undefined],
    ['user:default/cy', undefined],
    ['user:default/nobody', undefined],
    ['group:default/crew', undefined],
    ['plugin:scaffolder', undefined],
    ['external:ci with spaces', undefined],
  ])('finds the address of %s: %s', async (ref, email) => {
    expect(await findEmail(ref)).toBe(email);
  });
});
