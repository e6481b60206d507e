import { mockServices } from '@backstage/backend-test-utils';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import { reason } from '@model-ci/backstage-plugin-model-ci-common';
import { ANN, BEN, ENTITIES, TEAM } from '../__testUtils__/gitHost';
import { UserDirectory } from './UserDirectory';

describe('UserDirectory', () => {
  it('knows the groups and the name that the catalog has', async () => {
    const users = new UserDirectory({
      catalog: catalogServiceMock({ entities: ENTITIES }),
      auth: mockServices.auth(),
    });
    expect(await users.find(ANN)).toEqual({
      userRef: ANN,
      displayName: 'Ann Example',
      email: 'ann@example.com',
      ownershipRefs: [ANN, TEAM],
      isInCatalog: true,
    });
  });

  it('lets a user without an entity own only what is its own', async () => {
    const users = new UserDirectory({
      catalog: catalogServiceMock({ entities: [] }),
      auth: mockServices.auth(),
    });
    expect(await users.find(BEN)).toEqual({
      userRef: BEN,
      displayName: BEN,
      email: '',
      ownershipRefs: [BEN],
      isInCatalog: false,
    });
    const push = reason('gitHost.action.push', { repository: 'a' });
    await users.requireOwner(BEN, BEN, push);
    await expect(users.requireOwner(BEN, TEAM, push)).rejects.toThrow(
      `Only members of ${TEAM} may push to a; ${BEN} is not one of them`,
    );
  });

  it('asks the catalog again after a short while, and after an error', async () => {
    let now = 0;
    const catalog = catalogServiceMock.mock();
    catalog.getEntityByRef
      .mockRejectedValueOnce(new Error('catalog is down'))
      .mockResolvedValueOnce(ENTITIES[0])
      .mockResolvedValueOnce(undefined);
    const users = new UserDirectory({
      catalog,
      auth: mockServices.auth(),
      now: () => now,
    });
    await expect(users.find(ANN)).rejects.toThrow('catalog is down');
    expect((await users.find(ANN)).ownershipRefs).toContain(TEAM);
    now = 9_999;
    expect((await users.find(ANN)).ownershipRefs).toContain(TEAM);
    now = 10_000;
    expect((await users.find(ANN)).ownershipRefs).toEqual([ANN]);
  });
});
