import { mockApis, renderInTestApp } from '@backstage/frontend-test-utils';
import type { Entity } from '@backstage/catalog-model';
import { catalogApiRef, entityRouteRef } from '@backstage/plugin-catalog-react';
import { catalogApiMock } from '@backstage/plugin-catalog-react/testUtils';
import { AuthorizeResult } from '@backstage/plugin-permission-common';
import type {
  GitHostApi,
  GitRepository,
  GitToken,
} from '@model-ci/backstage-plugin-model-ci-common';
import { useLocation } from 'react-router-dom';
import { gitHostApiRef } from '../api';
import { GitPage } from '../components/GitPage';
import { rootRouteRef } from '../routes';

export interface PageOptions {
  api: Partial<GitHostApi>;
  path?: string;
  entities?: Entity[];
  /** Names of permissions that the user does not have. */
  denied?: string[];
  language?: string;
}

/** Renders the plugin's pages below `/git`; the place is then in the element `location`. */
export function renderPage(options: PageOptions) {
  const { api, path = '/', entities, denied = [], language } = options;
  // The language of the test before would be remembered there.
  window.localStorage.clear();
  return renderInTestApp(
    <>
      <GitPage frame="new" />
      <Location />
    </>,
    {
      initialRouteEntries: [path],
      mountedRoutes: {
        '/': rootRouteRef,
        '/catalog/:namespace/:kind/:name': entityRouteRef,
      },
      config: {
        app: {
          baseUrl: 'http://localhost:3000',
          extensions: [
            {
              'api:app/app-language': {
                config: {
                  availableLanguages: ['en', 'zh'],
                  defaultLanguage: language ?? 'en',
                },
              },
            },
          ],
        },
        backend: { baseUrl: 'http://localhost:7007' },
      },
      apis: [
        [gitHostApiRef, api],
        [catalogApiRef, catalogApiMock({ entities })],
        mockApis.permission({
          authorize: ({ permission }) =>
            denied.includes(permission.name)
              ? AuthorizeResult.DENY
              : AuthorizeResult.ALLOW,
        }),
      ],
    },
  );
}

function Location() {
  const { pathname, search } = useLocation();
  return <output data-testid="location">{`${pathname}${search}`}</output>;
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
    ...rest,
  };
}
