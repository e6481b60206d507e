import { discoveryApiRef, fetchApiRef } from '@backstage/core-plugin-api';
import {
  ApiBlueprint,
  appLanguageApiRef,
  createFrontendModule,
} from '@backstage/frontend-plugin-api';
import { catalogApiRef } from '@backstage/plugin-catalog-react';
import { SharingCatalogClient } from './SharingCatalogClient';
import { translateCatalog } from './templates';

/** Shares what cards ask for, and shows templates in the user's language. An extension has one override, so that both are here. */
const catalogApi = ApiBlueprint.make({
  params: defineParams =>
    defineParams({
      api: catalogApiRef,
      deps: {
        discoveryApi: discoveryApiRef,
        fetchApi: fetchApiRef,
        language: appLanguageApiRef,
      },
      factory: ({ language, ...apis }) =>
        translateCatalog(new SharingCatalogClient(apis), language),
    }),
});

export const catalogModule = createFrontendModule({
  pluginId: 'catalog',
  extensions: [catalogApi],
});
