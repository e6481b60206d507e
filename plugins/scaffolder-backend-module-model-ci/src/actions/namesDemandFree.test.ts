import { mockServices } from '@backstage/backend-test-utils';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import { createMockActionContext } from '@backstage/plugin-scaffolder-node-test-utils';
import { createNamesDemandFreeAction } from './namesDemandFree';

const action = createNamesDemandFreeAction({
  auth: mockServices.auth(),
  catalog: catalogServiceMock({
    entities: [
      {
        apiVersion: 'backstage.io/v1alpha1',
        kind: 'Component',
        metadata: { name: 'taken' },
      },
    ],
  }),
});

async function run(entities: string[], passed = false) {
  const context = createMockActionContext({ input: { entities } });
  await action.handler({
    ...context,
    checkpoint: async ({ fn }) => (passed ? true : await fn()) as never,
  });
}

describe('model-ci:names:demand-free', () => {
  it('lets names pass that the catalog does not have', async () => {
    await expect(
      run(['component:default/free', 'modelpipeline:default/taken']),
    ).resolves.toBeUndefined();
  });

  it('refuses a name that the catalog has, in whatever case', async () => {
    await expect(
      run(['modelpipeline:default/free', 'Component:default/Taken']),
    ).rejects.toMatchObject({
      name: 'ConflictError',
      message: expect.stringContaining(
        'component:default/taken already: choose another name',
      ),
    });
  });

  it('does not refuse a task that is tried again what it made itself', async () => {
    await expect(run(['component:default/taken'], true)).resolves.toBe(
      undefined,
    );
  });
});
