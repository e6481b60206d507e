import { mockApis, renderInTestApp } from '@backstage/frontend-test-utils';
import { entityRouteRef } from '@backstage/plugin-catalog-react';
import { AuthorizeResult } from '@backstage/plugin-permission-common';
import { signalApiRef, type SignalApi } from '@backstage/plugin-signals-react';
import type {
  ModelCiApi,
  ModelCiSignal,
} from '@model-ci/backstage-plugin-model-ci-common';
import { useLocation } from 'react-router-dom';
import { modelCiApiRef } from '../api';
import { createProjectRouteRef, rootRouteRef } from '../routes';

export interface PageOptions {
  api: Partial<ModelCiApi>;
  path?: string;
  /** Names of permissions that the user does not have. */
  denied?: string[];
  language?: string;
  signals?: SignalApi;
}

/** Renders a component in an app with the plugin's routes; the query is then in the element `location`. */
export function renderPage(element: JSX.Element, options: PageOptions) {
  const { api, path = '/', denied = [], language, signals } = options;
  // The portal remembers the language in the browser, which tests of one file share.
  window.localStorage.setItem('language', language ?? 'en');
  return renderInTestApp(
    <>
      {element}
      <Location />
    </>,
    {
      initialRouteEntries: [path],
      mountedRoutes: {
        '/model-ci': rootRouteRef,
        '/create': createProjectRouteRef,
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
        [modelCiApiRef, api],
        mockApis.permission({
          authorize: ({ permission }) =>
            denied.includes(permission.name)
              ? AuthorizeResult.DENY
              : AuthorizeResult.ALLOW,
        }),
        ...(signals ? [[signalApiRef, signals] as const] : []),
      ],
    },
  );
}

function Location() {
  const { pathname, search } = useLocation();
  return <output data-testid="location">{`${pathname}${search}`}</output>;
}

/** A channel of signals that a test speaks through. */
export class TestSignals implements SignalApi {
  readonly #listeners = new Set<(message: never) => void>();

  subscribe(_channel: string, onMessage: (message: never) => void) {
    this.#listeners.add(onMessage);
    return {
      unsubscribe: () => {
        this.#listeners.delete(onMessage);
      },
    };
  }

  send(signal: ModelCiSignal) {
    for (const listener of this.#listeners) {
      listener(signal as never);
    }
  }
}
