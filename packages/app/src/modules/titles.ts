import { useCallback } from 'react';
import type { AppNode } from '@backstage/frontend-plugin-api';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import { modelCiTranslationRef } from '@model-ci/backstage-plugin-model-ci';
import { gitHostTranslationRef } from '@model-ci/backstage-plugin-model-ci-git';
import type { messages } from '../messages';
import { portalTranslationRef } from '../translation';

type TitleKey = Extract<keyof typeof messages, `title.${string}`>;

/** Pages and tabs of Backstage's own plugins, by the id of their extension. */
const TITLES: Record<string, TitleKey> = {
  'page:home': 'title.home',
  'page:catalog': 'title.catalog',
  'page:scaffolder': 'title.create',
  'page:user-settings': 'title.settings',
  'page:notifications': 'title.notifications',
  'page:search': 'title.search',
  'page:catalog-graph': 'title.catalogGraph',
  'entity-content:catalog/overview': 'title.overview',
};

/** The same for headers of pages, which are given no more than the English title. */
const HEADER_TITLES: Record<string, TitleKey> = {
  Home: 'title.home',
  Catalog: 'title.catalog',
  Create: 'title.create',
  Templates: 'title.templates',
  Tasks: 'title.tasks',
  Actions: 'title.actions',
  'Template Editor': 'title.templateEditor',
  'Templating Extensions': 'title.templatingExtensions',
  Settings: 'title.settings',
  General: 'title.general',
  'Authentication Providers': 'title.authProviders',
  'Feature Flags': 'title.featureFlags',
  Notifications: 'title.notifications',
  Search: 'title.search',
  'Catalog Graph': 'title.catalogGraph',
};

/**
 * Titles of pages and tabs in the user's language. Backstage takes a title as plain text when the app starts
 * (backstage/backstage#34139), so whoever draws one has to look it up. A title from app-config is left as it is.
 */
export function useExtensionTitle(): (node: AppNode, title: string) => string {
  const { t } = useTranslationRef(portalTranslationRef);
  const { t: modelCi } = useTranslationRef(modelCiTranslationRef);
  const { t: gitHost } = useTranslationRef(gitHostTranslationRef);
  return useCallback(
    (node, title) => {
      if (hasConfiguredTitle(node)) {
        return title;
      }
      switch (node.spec.id) {
        case 'page:model-ci':
          return modelCi('app.title');
        case 'page:model-ci-git':
          return gitHost('app.title');
        case 'entity-content:model-ci/runs':
          return modelCi('runs.title');
        case 'entity-content:model-ci/evaluations':
          return modelCi('evaluations.title');
        case 'entity-content:model-ci/deployments':
          return modelCi('deployments.title');
        case 'entity-content:model-ci/settings':
          return modelCi('settings.title');
        default:
          return node.spec.id in TITLES ? t(TITLES[node.spec.id]) : title;
      }
    },
    [t, modelCi, gitHost],
  );
}

/** Titles in the headers of Backstage's own pages, in the user's language. */
export function useHeaderTitle(): (title: string) => string {
  const { t } = useTranslationRef(portalTranslationRef);
  return useCallback(
    title => (title in HEADER_TITLES ? t(HEADER_TITLES[title]) : title),
    [t],
  );
}

function hasConfiguredTitle(node: AppNode): boolean {
  const { config } = node.spec;
  return typeof config === 'object' && config !== null && 'title' in config;
}
