import type { ComponentType } from 'react';
import { Navigate, Route } from 'react-router-dom';
import { createApp } from '@backstage/app-defaults';
import { AppRouter, FlatRoutes } from '@backstage/core-app-api';
import {
  AlertDisplay,
  Sidebar,
  SidebarItem,
  SidebarPage,
} from '@backstage/core-components';
import {
  configApiRef,
  createApiFactory,
  type AnyApiFactory,
} from '@backstage/core-plugin-api';
import {
  ScmIntegrationsApi,
  scmIntegrationsApiRef,
} from '@backstage/integration-react';
import {
  CatalogEntityPage,
  CatalogIndexPage,
  catalogPlugin,
} from '@backstage/plugin-catalog';
import { ScaffolderPage, scaffolderPlugin } from '@backstage/plugin-scaffolder';
import {
  ModelCiPage,
  modelCiPlugin,
} from '@model-ci/backstage-plugin-model-ci/legacy';
import { GitPage } from '@model-ci/backstage-plugin-model-ci-git/legacy';
import AccountTreeIcon from '@material-ui/icons/AccountTree';
import CategoryIcon from '@material-ui/icons/Category';
import StorageIcon from '@material-ui/icons/Storage';
import { entityPage } from './EntityPage';

const scmIntegrations = createApiFactory({
  api: scmIntegrationsApiRef,
  deps: { configApi: configApiRef },
  factory: ({ configApi }) => ScmIntegrationsApi.fromConfig(configApi),
});

const routes = (
  <FlatRoutes>
    <Route path="/" element={<Navigate to="catalog" />} />
    <Route path="/catalog" element={<CatalogIndexPage />} />
    <Route
      path="/catalog/:namespace/:kind/:name"
      element={<CatalogEntityPage />}
    >
      {entityPage}
    </Route>
    <Route path="/create" element={<ScaffolderPage />} />
    <Route path="/model-ci" element={<ModelCiPage />} />
    <Route path="/git" element={<GitPage />} />
  </FlatRoutes>
);

/** An app of the old frontend system with both plugins, wired as their READMEs say. */
export function createOldApp(apis: AnyApiFactory[] = []): ComponentType {
  const app = createApp({
    apis: [scmIntegrations, ...apis],
    __experimentalTranslations: { availableLanguages: ['en', 'zh'] },
    bindRoutes({ bind }) {
      bind(catalogPlugin.externalRoutes, {
        createComponent: scaffolderPlugin.routes.root,
      });
      bind(modelCiPlugin.externalRoutes, {
        createProject: scaffolderPlugin.routes.root,
      });
    },
  });
  return app.createRoot(
    <>
      <AlertDisplay />
      <AppRouter>
        <SidebarPage>
          <Sidebar>
            <SidebarItem icon={CategoryIcon} to="catalog" text="Catalog" />
            <SidebarItem
              icon={AccountTreeIcon}
              to="model-ci"
              text="Pipelines"
            />
            <SidebarItem icon={StorageIcon} to="git" text="Git" />
          </Sidebar>
          {routes}
        </SidebarPage>
      </AppRouter>
    </>,
  );
}
