import { catalogApiRef, entityRouteRef } from '@backstage/plugin-catalog-react';
import { signalApiRef, type SignalApi } from '@backstage/plugin-signals-react';
import type {
  ModelCiApi,
  ModelCiSignal,
} from '@model-ci/backstage-plugin-model-ci-common';
import {
  renderInPortal,
  type PortalOptions,
} from '@model-ci/backstage-plugin-model-ci-react/testUtils';
import { modelCiApiRef } from '../api';
import { createProjectRouteRef, rootRouteRef } from '../routes';

export interface PageOptions
  extends Pick<PortalOptions, 'path' | 'denied' | 'language'> {
  api: Partial<ModelCiApi>;
  signals?: SignalApi;
  /** Further APIs. */
  more?: PortalOptions['apis'];
}

const emptyCatalog = [
  catalogApiRef,
  { getEntityFacets: async () => ({ facets: {} }) },
] as const;

/** Renders a component in an app with the plugin's routes; the query is then in the element `location`. */
export function renderPage(element: JSX.Element, options: PageOptions) {
  const { api, signals, more = [emptyCatalog], ...rest } = options;
  return renderInPortal(element, {
    ...rest,
    mountedRoutes: {
      '/model-ci': rootRouteRef,
      '/create': createProjectRouteRef,
      '/catalog/:namespace/:kind/:name': entityRouteRef,
    },
    apis: [
      [modelCiApiRef, api],
      ...more,
      ...(signals ? [[signalApiRef, signals] as const] : []),
    ],
  });
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
