import {
  ApiBlueprint,
  createFrontendModule,
} from '@backstage/frontend-plugin-api';
import {
  ALL_RELATION_PAIRS,
  ALL_RELATIONS,
  catalogGraphApiRef,
  DefaultCatalogGraphApi,
} from '@backstage/plugin-catalog-graph';
import {
  RELATION_TRAINED_BY,
  RELATION_TRAINS,
} from '@model-ci/backstage-plugin-model-ci-common';

/** Makes the graphs of the catalog draw which pipeline trains which model. */
const relations = ApiBlueprint.make({
  params: defineParams =>
    defineParams({
      api: catalogGraphApiRef,
      deps: {},
      factory: () =>
        new DefaultCatalogGraphApi({
          knownRelations: [
            ...ALL_RELATIONS,
            RELATION_TRAINS,
            RELATION_TRAINED_BY,
          ],
          knownRelationPairs: [
            ...ALL_RELATION_PAIRS,
            [RELATION_TRAINS, RELATION_TRAINED_BY],
          ],
          defaultRelationTypes: { exclude: [] },
        }),
    }),
});

export const graphModule = createFrontendModule({
  pluginId: 'catalog-graph',
  extensions: [relations],
});
