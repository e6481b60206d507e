import { renderTestApp } from '@backstage/frontend-test-utils';
import catalogPlugin from '@backstage/plugin-catalog/alpha';
import { catalogApiRef } from '@backstage/plugin-catalog-react';
import { notificationsApiRef } from '@backstage/plugin-notifications';
import notificationsPlugin from '@backstage/plugin-notifications/alpha';
import scaffolderPlugin from '@backstage/plugin-scaffolder/alpha';
import searchPlugin from '@backstage/plugin-search/alpha';
import userSettingsPlugin from '@backstage/plugin-user-settings/alpha';
import modelCiPlugin, {
  modelCiApiRef,
} from '@model-ci/backstage-plugin-model-ci';
import modelCiGitPlugin from '@model-ci/backstage-plugin-model-ci-git';
import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { entityPageModule } from './modules/entityPage';
import { navModule } from './modules/nav';
import { pageHeaderModule } from './modules/pageHeader';
import { translationsModule } from './modules/translations';

const model = {
  apiVersion: 'backstage.io/v1alpha1',
  kind: 'Component',
  metadata: { name: 'house-price' },
  spec: { type: 'ai-model' },
};

const TABS = {
  en: ['Overview', 'Runs', 'Evaluations', 'Deployments', 'Settings'],
  zh: ['概览', '运行', '评估', '部署', '设置'],
};

function renderPortal(path: string, language: string) {
  window.localStorage.setItem('language', language);
  renderTestApp({
    features: [
      catalogPlugin,
      notificationsPlugin,
      scaffolderPlugin,
      searchPlugin,
      userSettingsPlugin,
      modelCiPlugin,
      modelCiGitPlugin,
      entityPageModule,
      navModule,
      pageHeaderModule,
      translationsModule,
    ],
    initialRouteEntries: [path],
    config: {
      app: {
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
      [
        catalogApiRef,
        {
          getEntityByRef: async () => model,
          getEntitiesByRefs: async () => ({ items: [] }),
          getEntities: async () => ({ items: [] }),
        },
      ],
      [
        notificationsApiRef,
        { getStatus: async () => ({ unread: 0, read: 0 }) },
      ],
      [modelCiApiRef, { listPipelines: async () => ({ items: [] }) }],
    ],
  });
}

async function tabs() {
  const list = await screen.findByRole('navigation', {
    name: 'Content navigation',
  });
  return within(list)
    .getAllByRole('link')
    .map(tab => tab.textContent);
}

describe('The portal in Chinese', () => {
  it('names the tabs of a model', async () => {
    renderPortal('/catalog/default/component/house-price/runs', 'zh');
    expect(await tabs()).toEqual(TABS.zh);
  });

  it('names the items of its sidebar', async () => {
    renderPortal('/catalog/default/component/house-price/runs', 'zh');
    await tabs();
    const sidebar = within(screen.getByTestId('sidebar-root'));
    expect(
      sidebar.getAllByRole('link').map(link => link.getAttribute('aria-label')),
    ).toEqual(['首页', '目录', '创建', '流水线', 'Git', '通知', '设置']);
  });

  it('speaks English as soon as the user chooses it, in tabs, headers and sidebar', async () => {
    const user = userEvent.setup();
    renderPortal('/settings', 'zh');
    expect(await screen.findByRole('tab', { name: '常规' })).toBeVisible();
    await user.click(await screen.findByText('中文'));
    await user.click(await screen.findByText('English'));
    expect(await screen.findByRole('tab', { name: 'General' })).toBeVisible();
    expect(screen.getByRole('link', { name: 'Pipelines' })).toBeVisible();
  });
});

describe('The portal in English', () => {
  it('names the tabs of a model', async () => {
    renderPortal('/catalog/default/component/house-price/runs', 'en');
    expect(await tabs()).toEqual(TABS.en);
  });
});
