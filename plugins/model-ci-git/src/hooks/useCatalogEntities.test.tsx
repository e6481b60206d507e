import type { ReactNode } from 'react';
import { CatalogClient } from '@backstage/catalog-client';
import type { Entity } from '@backstage/catalog-model';
import { catalogApiRef } from '@backstage/plugin-catalog-react';
import { catalogApiMock } from '@backstage/plugin-catalog-react/testUtils';
import { TestApiProvider } from '@backstage/test-utils';
import { renderHook, waitFor } from '@testing-library/react';
import { repository } from '../__testUtils__/renderPage';
import { useCatalogEntities } from './useCatalogEntities';

/** What Node's HTTP server takes of a request without its body, by far. */
const MAX_URL = 2_000;

const repositories = Array.from({ length: 120 }, (_, index) =>
  repository(`a-rather-long-name-of-a-repository-${index}`),
);

function component(name: string, location: string): Entity {
  return {
    apiVersion: 'backstage.io/v1alpha1',
    kind: 'Component',
    metadata: {
      name,
      namespace: 'default',
      annotations: { 'backstage.io/managed-by-location': `url:${location}` },
    },
  };
}

function render(api: Partial<typeof catalogApiRef.T>) {
  return renderHook(() => useCatalogEntities(repositories), {
    wrapper: ({ children }: { children?: ReactNode }) => (
      <TestApiProvider apis={[[catalogApiRef, api]]}>
        {children}
      </TestApiProvider>
    ),
  });
}

describe('useCatalogEntities', () => {
  it('finds the entities of many repositories', async () => {
    const { result } = render(
      catalogApiMock({
        entities: repositories.map(({ name, rawUrl }) =>
          component(`model-of-${name}`, `${rawUrl}catalog-info.yaml`),
        ),
      }),
    );
    await waitFor(() => expect(result.current.size).toBe(120));
    const [{ name }] = repositories;
    expect(result.current.get(name)?.metadata.name).toBe(`model-of-${name}`);
  });

  it('asks for many repositories in pieces, and not by the URL', async () => {
    const requests: Array<{ url: string; body: string }> = [];
    render(
      new CatalogClient({
        discoveryApi: { getBaseUrl: async () => 'http://portal/api/catalog' },
        fetchApi: {
          fetch: async (input, init) => {
            requests.push({ url: String(input), body: String(init?.body) });
            return Response.json({ items: [], totalItems: 0, pageInfo: {} });
          },
        },
      }),
    );
    await waitFor(() => expect(requests).toHaveLength(5));
    expect(Math.max(...requests.map(({ url }) => url.length))).toBeLessThan(
      MAX_URL,
    );
    expect(
      Math.max(...requests.map(({ body }) => body.split('.git/').length)),
    ).toBeLessThanOrEqual(101);
  });
});
