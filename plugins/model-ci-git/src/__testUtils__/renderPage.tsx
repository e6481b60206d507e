import type { Entity } from '@backstage/catalog-model';
import { catalogApiRef, entityRouteRef } from '@backstage/plugin-catalog-react';
import { catalogApiMock } from '@backstage/plugin-catalog-react/testUtils';
import type {
  GitHostApi,
  GitRepository,
  GitToken,
} from '@model-ci/backstage-plugin-model-ci-common';
import {
  renderInPortal,
  type PortalOptions,
} from '@model-ci/backstage-plugin-model-ci-react/testUtils';
import { gitHostApiRef } from '../api';
import { GitPage } from '../components/GitPage';
import { rootRouteRef } from '../routes';

export interface PageOptions
  extends Pick<PortalOptions, 'path' | 'denied' | 'language'> {
  api: Partial<GitHostApi>;
  entities?: Entity[];
}

/** Renders the plugin's pages below `/git`; the place is then in the element `location`. */
export function renderPage(options: PageOptions) {
  const { api, entities, ...rest } = options;
  return renderInPortal(<GitPage frame="new" />, {
    ...rest,
    mountedRoutes: {
      '/': rootRouteRef,
      '/catalog/:namespace/:kind/:name': entityRouteRef,
    },
    apis: [
      [gitHostApiRef, api],
      [catalogApiRef, catalogApiMock({ entities })],
    ],
  });
}

/** A repository with what a test does not care about filled in. */
export function repository(
  name: string,
  rest: Partial<GitRepository> = {},
): GitRepository {
  const base = 'http://localhost:7007/api/model-ci-git';
  return {
    name,
    owner: 'group:default/ml',
    defaultBranch: 'main',
    createdBy: 'user:default/ann',
    createdAt: '2026-01-02T03:04:05.000Z',
    cloneUrl: `${base}/${name}.git`,
    webUrl: `http://localhost:3000/git/repositories/${name}`,
    rawUrl: `${base}/${name}.git/raw/main/`,
    ...rest,
  };
}

/** A token with what a test does not care about filled in. */
export function token(name: string, rest: Partial<GitToken> = {}): GitToken {
  return {
    id: `id-${name}`,
    name,
    createdAt: '2026-01-02T03:04:05.000Z',
    expiresAt: '2999-01-02T03:04:05.000Z',
    scope: 'write',
    ...rest,
  };
}
