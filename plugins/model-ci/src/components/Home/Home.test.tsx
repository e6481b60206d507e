import { screen, within } from '@testing-library/react';
import type {
  Deployment,
  PipelineSummary,
  RunSummary,
} from '@model-ci/backstage-plugin-model-ci-common';
import { deployment, pipeline, runSummary } from '../../__testUtils__/fixtures';
import { renderPage } from '../../__testUtils__/renderPage';
import { FirstSteps } from './FirstSteps';
import { MyPipelines } from './MyPipelines';

function setUp(
  card: JSX.Element,
  has: {
    pipelines?: PipelineSummary[];
    runs?: RunSummary[];
    deployments?: Deployment[];
  } = {},
) {
  const { pipelines = [], runs = [], deployments = [] } = has;
  const api = {
    listPipelines: jest.fn(async () => ({ items: pipelines })),
    listRuns: jest.fn(async () => ({ items: runs })),
    listDeployments: jest.fn(async () => ({ items: deployments })),
  };
  renderPage(card, { api });
  return api;
}

describe('MyPipelines', () => {
  it('shows what waits, has failed, and was deployed, of me and my groups', async () => {
    const api = setUp(<MyPipelines />, {
      runs: [runSummary({ id: 'run-9', number: 9, status: 'waiting' })],
      pipelines: [
        pipeline({
          title: 'House price',
          latestRun: runSummary({ id: 'run-8', number: 8, status: 'failed' }),
        }),
      ],
      deployments: [deployment({ version: 4, environment: 'staging' })],
    });
    expect((await screen.findByText('#9')).closest('a')).toHaveAttribute(
      'href',
      '/model-ci/runs/run-9',
    );
    expect((await screen.findByText('Failed')).closest('a')).toHaveAttribute(
      'href',
      '/model-ci/runs/run-8',
    );
    expect(await screen.findByText('Version 4')).toBeInTheDocument();
    expect(api.listRuns).toHaveBeenCalledWith(
      expect.objectContaining({ owners: ['mine'], statuses: ['waiting'] }),
      expect.anything(),
    );
    expect(api.listPipelines).toHaveBeenCalledWith(
      expect.objectContaining({
        owners: ['mine'],
        statuses: ['failed', 'errored'],
      }),
      expect.anything(),
    );
    expect(api.listDeployments).toHaveBeenCalledWith(
      expect.objectContaining({ owners: ['mine'] }),
      expect.anything(),
    );
    expect(
      screen.getByText('All runs of my teams').closest('a'),
    ).toHaveAttribute('href', '/model-ci/runs?owner=mine');
  });

  it('says of each list that nothing is there', async () => {
    setUp(<MyPipelines />);
    expect(await screen.findByText('Nothing waits.')).toBeInTheDocument();
    expect(screen.getByText('No pipeline has failed.')).toBeInTheDocument();
    expect(screen.getByText('Nothing has been deployed.')).toBeInTheDocument();
  });
});

describe('FirstSteps', () => {
  const done = async () => {
    await screen.findByText('Break it');
    return screen
      .getAllByRole('listitem')
      .filter(item => within(item).queryByRole('img', { name: /^Done:/ }))
      .map(item => within(item).getByRole('img').textContent);
  };

  it('begins with a project', async () => {
    setUp(<FirstSteps />);
    expect(await done()).toEqual([]);
    expect(screen.getAllByRole('img', { name: /^Not done yet:/ })).toHaveLength(
      6,
    );
    expect(
      screen.getByText('Create a model project from a template').closest('a'),
    ).toHaveAttribute('href', '/create');
    expect(screen.getByText('Break it').closest('a')).toBeNull();
  });

  it('takes from the pipeline how far its owner is', async () => {
    setUp(<FirstSteps />, {
      pipelines: [
        pipeline({
          latestRun: runSummary({ id: 'run-3', status: 'succeeded' }),
          latestVersion: undefined,
          deployed: [],
        }),
      ],
      runs: [runSummary({ id: 'run-2', status: 'failed' })],
    });
    expect(await done()).toEqual([
      'Done: Create a model project from a template',
      'Done: Look at its first run',
      'Done: Break it',
      'Done: Mend it',
    ]);
    expect(screen.getByText('Break it').closest('a')).toHaveAttribute(
      'href',
      '/model-ci/runs/run-2',
    );
    expect(
      screen.getByText('Deploy a version, and ask it').closest('a'),
    ).toHaveAttribute(
      'href',
      '/catalog/default/modelpipeline/house-price/deployments',
    );
  });
});
