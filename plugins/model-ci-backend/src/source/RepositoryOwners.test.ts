import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mockServices } from '@backstage/backend-test-utils';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import { EmbeddedRepositoryOwners } from './RepositoryOwners';

const OUTSIDE = 'https://portal.example/api/model-ci-git';

describe('EmbeddedRepositoryOwners', () => {
  let server: Server;
  let owners: EmbeddedRepositoryOwners;
  const asked: string[] = [];

  beforeAll(async () => {
    server = createServer((req, res) => {
      asked.push(req.url ?? '');
      const isThere = req.url === '/repositories/house';
      res.statusCode = isThere ? 200 : 404;
      res.setHeader('content-type', 'application/json');
      res.end(
        JSON.stringify(
          isThere
            ? { name: 'house', owner: 'group:default/ml' }
            : { error: { name: 'NotFoundError', message: 'none' } },
        ),
      );
    });
    await new Promise<void>(resolve => {
      server.listen(0, '127.0.0.1', resolve);
    });
    const { port } = server.address() as AddressInfo;
    owners = new EmbeddedRepositoryOwners({
      auth: mockServices.auth(),
      discovery: {
        getBaseUrl: async () => `http://127.0.0.1:${port}`,
        getExternalBaseUrl: async () => OUTSIDE,
      },
      catalog: catalogServiceMock({
        entities: [
          {
            apiVersion: 'backstage.io/v1alpha1',
            kind: 'User',
            metadata: { name: 'ann' },
            spec: {},
            relations: [{ type: 'memberOf', targetRef: 'group:default/ml' }],
          },
          {
            apiVersion: 'backstage.io/v1alpha1',
            kind: 'Group',
            metadata: { name: 'risk' },
            spec: {},
            relations: [{ type: 'ownerOf', targetRef: 'group:default/ml' }],
          },
        ],
      }),
    });
  });

  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  const refusal = async (repository: string, owner: string) => {
    const url = `${OUTSIDE}/${repository}.git/raw/main/`;
    return (await owners.refusal(url, owner))?.text;
  };

  it('let the owner of a repository and its members run it', async () => {
    expect(await refusal('house', 'group:default/ml')).toBeUndefined();
    expect(await refusal('house', 'user:default/ann')).toBeUndefined();
  });

  it('let no other owner run it, nor one whom the catalog does not know', async () => {
    expect(await refusal('house', 'group:default/risk')).toContain(
      "'house' belongs to group:default/ml, and group:default/risk",
    );
    expect(await refusal('house', 'user:default/nobody')).toContain(
      'belongs to',
    );
  });

  it('say that there is no such repository', async () => {
    expect(await refusal('gone', 'group:default/ml')).toContain(
      "no repository 'gone'",
    );
  });

  it('leave other hosts to the location of the entity', async () => {
    asked.length = 0;
    expect(
      await owners.refusal(
        'https://github.com/acme/house/tree/main/',
        'group:default/risk',
      ),
    ).toBeUndefined();
    expect(asked).toEqual([]);
  });
});
