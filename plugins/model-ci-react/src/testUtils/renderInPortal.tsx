import { mockApis, renderInTestApp } from '@backstage/frontend-test-utils';
import { AuthorizeResult } from '@backstage/plugin-permission-common';
import { useLocation } from 'react-router-dom';

type TestAppOptions = NonNullable<Parameters<typeof renderInTestApp>[1]>;

export interface PortalOptions
  extends Pick<TestAppOptions, 'mountedRoutes' | 'apis'> {
  path?: string;
  /** Names of permissions that the user does not have. */
  denied?: string[];
  /** `en` without it. */
  language?: string;
}

/** Renders a component in an app that speaks English and Chinese; path and query are then in the element `location`. */
export function renderInPortal(element: JSX.Element, options: PortalOptions) {
  const { path = '/', denied = [], language = 'en' } = options;
  // The portal remembers the language in the browser, which tests of one file share.
  window.localStorage.setItem('language', language);
  return renderInTestApp(
    <>
      {element}
      <Location />
    </>,
    {
      initialRouteEntries: [path],
      mountedRoutes: options.mountedRoutes,
      config: {
        app: {
          title: 'Portal',
          baseUrl: 'http://localhost:3000',
          extensions: [
            {
              'api:app/app-language': {
                config: { availableLanguages: ['en', 'zh'] },
              },
            },
          ],
        },
        backend: { baseUrl: 'http://localhost:7007' },
      },
      apis: [
        ...(options.apis ?? []),
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
