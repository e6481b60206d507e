import {
  createFrontendModule,
  createTranslationResource,
} from '@backstage/frontend-plugin-api';
import { coreComponentsTranslationRef } from '@backstage/core-components/alpha';
import { TranslationBlueprint } from '@backstage/plugin-app-react';
import { catalogGraphTranslationRef } from '@backstage/plugin-catalog-graph/alpha';
import { catalogReactTranslationRef } from '@backstage/plugin-catalog-react/alpha';
import { catalogTranslationRef } from '@backstage/plugin-catalog/alpha';
import { homeTranslationRef } from '@backstage/plugin-home/alpha';
import { notificationsTranslationRef } from '@backstage/plugin-notifications/alpha';
import { orgTranslationRef } from '@backstage/plugin-org/alpha';
import { scaffolderReactTranslationRef } from '@backstage/plugin-scaffolder-react/alpha';
import { scaffolderTranslationRef } from '@backstage/plugin-scaffolder/alpha';
import { searchReactTranslationRef } from '@backstage/plugin-search-react/alpha';
import { searchTranslationRef } from '@backstage/plugin-search/alpha';
import { userSettingsTranslationRef } from '@backstage/plugin-user-settings/alpha';

/** Chinese for those plugins of Backstage that stand around ours and bring none. */
const resources = {
  catalog: createTranslationResource({
    ref: catalogTranslationRef,
    translations: { zh: () => import('../translations/zh/catalog') },
  }),
  'catalog-graph': createTranslationResource({
    ref: catalogGraphTranslationRef,
    translations: { zh: () => import('../translations/zh/catalogGraph') },
  }),
  'catalog-react': createTranslationResource({
    ref: catalogReactTranslationRef,
    translations: { zh: () => import('../translations/zh/catalogReact') },
  }),
  'core-components': createTranslationResource({
    ref: coreComponentsTranslationRef,
    translations: { zh: () => import('../translations/zh/coreComponents') },
  }),
  home: createTranslationResource({
    ref: homeTranslationRef,
    translations: { zh: () => import('../translations/zh/home') },
  }),
  notifications: createTranslationResource({
    ref: notificationsTranslationRef,
    translations: { zh: () => import('../translations/zh/notifications') },
  }),
  org: createTranslationResource({
    ref: orgTranslationRef,
    translations: { zh: () => import('../translations/zh/org') },
  }),
  scaffolder: createTranslationResource({
    ref: scaffolderTranslationRef,
    translations: { zh: () => import('../translations/zh/scaffolder') },
  }),
  'scaffolder-react': createTranslationResource({
    ref: scaffolderReactTranslationRef,
    translations: { zh: () => import('../translations/zh/scaffolderReact') },
  }),
  search: createTranslationResource({
    ref: searchTranslationRef,
    translations: { zh: () => import('../translations/zh/search') },
  }),
  'search-react': createTranslationResource({
    ref: searchReactTranslationRef,
    translations: { zh: () => import('../translations/zh/searchReact') },
  }),
  'user-settings': createTranslationResource({
    ref: userSettingsTranslationRef,
    translations: { zh: () => import('../translations/zh/userSettings') },
  }),
};

export const translationsModule = createFrontendModule({
  pluginId: 'app',
  extensions: Object.entries(resources).map(([name, resource]) =>
    TranslationBlueprint.make({ name, params: { resource } }),
  ),
});
