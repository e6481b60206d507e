import {
  createApiFactory,
  fetchApiRef,
  type FetchApi,
} from '@backstage/core-plugin-api';
import { AuthorizeResult } from '@backstage/plugin-permission-common';
import { permissionApiRef } from '@backstage/plugin-permission-react';
import type {
  GitRepository,
  Pipeline,
  Run,
  RunSummary,
} from '@model-ci/backstage-plugin-model-ci-common';
import { render, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { createOldApp } from './__testUtils__/oldApp/OldApp';

const PIPELINE = 'modelpipeline:default/house-price';

const model = {
  apiVersion: 'backstage.io/v1alpha1',
  kind: 'Component',
  metadata: { name: 'house-price', namespace: 'default', title: 'House price' },
  spec: { type: 'ai-model' },
  relations: [{ type: 'trainedBy', targetRef: PIPELINE }],
};

const summary: RunSummary = {
  id: 'run-7',
  number: 7,
  pipelineRef: PIPELINE,
  status: 'succeeded',
  trigger: 'push',
  branch: 'main',
  commitMessage: 'Learn from more houses',
  createdBy: 'user:default/guest',
  createdAt: '2026-05-01T10:00:00.000Z',
  startedAt: '2026-05-01T10:00:01.000Z',
  finishedAt: '2026-05-01T10:01:05.000Z',
  stages: [],
};

const run: Run = {
  ...summary,
  stages: [
    {
      name: 'train',
      status: 'succeeded',
      needs: [],
      allowFailure: false,
      executor: 'process',
      attempts: [],
      gates: [],
      artifacts: [],
      reports: [],
      approvals: [],
    },
  ],
  definitionErrors: [],
  datasets: [],
  parameters: {},
  history: [],
};

const pipeline: Pipeline = {
  pipelineRef: PIPELINE,
  title: 'House price',
  type: 'training',
  lifecycle: 'experimental',
  owner: 'group:default/ml',
  modelRef: 'component:default/house-price',
  latestRun: summary,
  recentRuns: [],
  latestMetrics: [],
  deployed: [],
  definitionErrors: [],
  defaultBranch: 'main',
};

const repository: GitRepository = {
  name: 'house-price',
  owner: 'group:default/ml',
  defaultBranch: 'main',
  createdBy: 'user:default/guest',
  createdAt: '2026-05-01T10:00:00.000Z',
  cloneUrl: 'http://localhost:7007/api/model-ci-git/house-price.git',
  webUrl: 'http://localhost:3000/git/repositories/house-price',
  rawUrl: 'http://localhost:7007/api/model-ci-git/house-price.git/raw/main/',
};

/** What the backend answers to a GET, by path. */
const ANSWERS: Record<string, unknown> = {
  '/api/catalog/entities/by-name/component/default/house-price': model,
  '/api/model-ci/pipelines': { items: [pipeline] },
  '/api/model-ci/pipelines/default/house-price': pipeline,
  '/api/model-ci/runs': { items: [summary] },
  '/api/model-ci/runs/run-7': run,
  '/api/model-ci/pipelines/default/house-price/evaluations': { items: [] },
  '/api/model-ci/pipelines/default/house-price/versions': { items: [] },
  '/api/model-ci/deployments': { items: [] },
  '/api/model-ci/environments': { items: [] },
  '/api/model-ci-git/repositories': { items: [repository] },
};

const fetchApi: FetchApi = {
  async fetch(input) {
    const { pathname } = new URL(String(input));
    if (!(pathname in ANSWERS)) {
      return Response.json({ error: { message: pathname } }, { status: 404 });
    }
    return Response.json(ANSWERS[pathname]);
  },
};

function renderOldApp(path: string, language = 'en') {
  // The app reads its configuration from here; as an object, which the type of an environment does not know.
  Object.defineProperty(process, 'env', {
    configurable: true,
    value: {
      NODE_ENV: 'test',
      APP_CONFIG: [
        {
          context: 'test',
          data: {
            app: { title: 'Old app', baseUrl: 'http://localhost' },
            backend: { baseUrl: 'http://localhost:7007' },
          },
        },
      ],
    },
  });
  window.localStorage.setItem('language', language);
  window.history.replaceState({}, '', path);
  const OldApp = createOldApp([
    createApiFactory(fetchApiRef, fetchApi),
    createApiFactory(permissionApiRef, {
      authorize: async () => ({ result: AuthorizeResult.ALLOW }),
    }),
  ]);
  render(<OldApp />);
}

describe('An app of the old frontend system', () => {
  it('leads from the list of pipelines to a run', async () => {
    const user = userEvent.setup();
    renderOldApp('/');
    await user.click(await screen.findByRole('link', { name: 'Pipelines' }));
    expect(
      await screen.findByRole('heading', { name: 'Model pipelines' }),
    ).toBeInTheDocument();
    const table = await screen.findByRole('table');
    await user.click(within(table).getByRole('link', { name: /#7/ }));
    expect(
      await screen.findByRole('button', { name: /^Stage train:/ }),
    ).toBeInTheDocument();
    expect(window.location.pathname).toBe('/model-ci/runs/run-7');
  });

  it('shows a model with its card and goes through its tabs to a run', async () => {
    const user = userEvent.setup();
    renderOldApp('/catalog/default/component/house-price');
    expect(await screen.findByText('Model pipeline')).toBeInTheDocument();
    expect(await screen.findByText('Not deployed')).toBeVisible();
    await user.click(screen.getByRole('tab', { name: 'Evaluations' }));
    expect(await screen.findByText('No evaluations yet')).toBeVisible();
    await user.click(screen.getByRole('tab', { name: 'Deployments' }));
    expect(await screen.findByText('No deployments yet')).toBeVisible();
    await user.click(screen.getByRole('tab', { name: 'Runs' }));
    await user.click(await screen.findByRole('link', { name: '#7' }));
    expect(
      await screen.findByRole('button', { name: /^Stage train:/ }),
    ).toBeInTheDocument();
  });

  it('leads from the git host to a repository and to the tokens', async () => {
    const user = userEvent.setup();
    renderOldApp('/git');
    expect(
      await screen.findByRole('link', { name: 'house-price' }),
    ).toHaveAttribute('href', '/git/repositories/house-price');
    await user.click(screen.getByRole('tab', { name: 'Tokens' }));
    expect(await screen.findByText('Failed to load')).toBeVisible();
    expect(window.location.pathname).toBe('/git/tokens');
  });

  it('calls the tabs of a model what they are called in Chinese', async () => {
    renderOldApp('/catalog/default/component/house-price', 'zh');
    await screen.findByText('模型流水线');
    expect(
      screen.getAllByRole('tab').map(({ textContent }) => textContent),
    ).toEqual(['Overview', '运行', '评估', '部署', '设置']);
  });
});
