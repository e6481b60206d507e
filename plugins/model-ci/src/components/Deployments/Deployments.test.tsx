import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import {
  type Deployment,
  type DeploymentDetail,
  type ModelVersion,
  type Pipeline,
  quoted,
  reason,
} from '@model-ci/backstage-plugin-model-ci-common';
import {
  COMMIT,
  deployment,
  pipeline,
  PIPELINE,
} from '../../__testUtils__/fixtures';
import { renderPage } from '../../__testUtils__/renderPage';
import { Deployments } from './Deployments';

const serving = deployment({});
const before = deployment({ id: 'd-1', version: 1, status: 'superseded' });

function version(number: number, change: Partial<ModelVersion> = {}) {
  return {
    pipelineRef: PIPELINE,
    version: number,
    runId: `run-${number}`,
    runNumber: number,
    commit: COMMIT,
    createdBy: 'user:default/guest',
    createdAt: '2026-05-01T10:01:05.000Z',
    aliases: [],
    metrics: [],
    artifacts: [],
    datasets: [],
    parameters: {},
    servable: true,
    environments: [],
    ...change,
  };
}

function setUp(
  options: {
    deployments?: Deployment[];
    deployed?: Pipeline['deployed'];
    path?: string[];
    denied?: string[];
    deploy?: () => Promise<Deployment>;
    pipelineRef?: string;
    now?: Partial<Deployment>;
    interface?: DeploymentDetail['serving'];
  } = {},
) {
  const {
    deployments = [serving, before],
    deployed = [
      {
        environment: 'staging',
        version: 2,
        deploymentId: 'd-2',
        health: 'healthy',
      },
    ],
    path,
    denied,
    pipelineRef = PIPELINE,
  } = options;
  const api = {
    getPipeline: jest.fn(async () =>
      pipeline({
        pipelineRef,
        deployed,
        definition: path && {
          version: 1,
          triggers: {},
          datasets: {},
          stages: {},
          deploy: { path, automatic: [] },
        },
        latestVersion: { version: 2, createdAt: '2026-05-01T10:01:05.000Z' },
      }),
    ),
    listEnvironments: jest.fn(async () =>
      ['staging', 'production'].map(name => ({
        name,
        title: name === 'staging' ? 'Staging' : 'Production',
        executor: 'process',
      })),
    ),
    listDeployments: jest.fn(async ({ environment }) => ({
      items: deployments.filter(
        item => environment === undefined || item.environment === environment,
      ),
    })),
    getDeployment: jest.fn(async () => ({
      ...serving,
      ...options.now,
      history: [
        {
          at: '2026-05-01T10:01:05.000Z',
          to: 'queued' as const,
          by: 'user:default/guest',
        },
      ],
      serving: options.interface ?? {},
      log: 'Listening on port 41233',
    })),
    listVersions: jest.fn(async () => ({
      items: [
        version(3, { servable: false }),
        version(2),
        version(1, { aliases: ['champion'] }),
      ],
    })),
    deploy: jest.fn(options.deploy ?? (async () => serving)),
    rollback: jest.fn(async () => serving),
    stopDeployment: jest.fn(async () => serving),
    listModels: jest.fn(async () => ['tiny']),
    predict: jest.fn(async () => ({
      status: 200,
      body: { prediction: 311.5 },
    })),
  };
  renderPage(<Deployments pipelineRef={pipelineRef} />, { api, denied });
  return api;
}

const staging = () => screen.findByRole('region', { name: 'Staging' });

describe('Deployments', () => {
  it('says for each environment what serves, how it does, and where it answers', async () => {
    setUp();
    const card = await staging();
    expect(await within(card).findByText('Version 2')).toBeInTheDocument();
    expect(within(card).getByText('● Healthy')).toBeInTheDocument();
    expect(
      within(card).getByText(
        'http://localhost:7007/api/model-ci/endpoints/staging/default/house-price',
      ),
    ).toBeInTheDocument();
    expect(
      within(screen.getByRole('region', { name: 'Production' })).getByText(
        'No version is serving.',
      ),
    ).toBeInTheDocument();
  });

  it('says how many replicas are ready', async () => {
    setUp({ now: { replicas: { ready: 2, wanted: 2 } } });
    expect(
      await within(await staging()).findByText('2 of 2 replicas ready'),
    ).toBeInTheDocument();
  });

  it('says why some replicas are not ready', async () => {
    setUp({
      now: {
        health: 'unhealthy',
        replicas: { ready: 0, wanted: 2 },
        restarts: 3,
        reason: reason('deployment.replicasMissingBecause', {
          ready: 0,
          wanted: 2,
          trouble: 'CrashLoopBackOff: exit code 1',
        }),
      },
    });
    const card = await staging();
    expect(
      await within(card).findByText(
        '0 of 2 replicas are ready: CrashLoopBackOff: exit code 1',
      ),
    ).toBeInTheDocument();
    expect(within(card).getByText('3 restarts')).toBeInTheDocument();
    expect(within(card).queryByText(/replicas ready$/)).not.toBeInTheDocument();
  });

  it('leaves out environments off the path, but for those in which the pipeline serves', async () => {
    setUp({ path: ['production'] });
    await staging();
    const cards = screen.getAllByRole('region', {
      name: /^(Production|Staging)$/,
    });
    expect(cards.map(card => card.getAttribute('aria-label'))).toEqual([
      'Production',
      'Staging',
    ]);
  });

  it('leaves out an environment off the path in which nothing serves', async () => {
    setUp({ path: ['staging'] });
    await staging();
    expect(
      screen.queryByRole('region', { name: 'Production' }),
    ).not.toBeInTheDocument();
  });

  it('deploys the chosen version, and offers none that cannot serve', async () => {
    const api = setUp();
    await userEvent.click(
      await screen.findByRole('button', { name: 'Deploy to production' }),
    );
    const dialog = await screen.findByRole('dialog');
    const versions = await within(dialog).findByLabelText('Version');
    expect(versions).toHaveValue('2');
    expect(
      within(versions).getByRole('option', { name: /Version 3.*no serving/ }),
    ).toBeDisabled();
    expect(
      within(dialog).getByRole('link', { name: 'Open version 2' }),
    ).toHaveAttribute('href', expect.stringMatching(/versions\/2$/));
    await userEvent.selectOptions(versions, '1');
    expect(
      within(versions).getByRole('option', { name: /Version 1 .*champion/ }),
    ).toBeInTheDocument();
    await userEvent.type(
      within(dialog).getByLabelText('Comment (optional)'),
      'Safer',
    );
    await userEvent.click(
      within(dialog).getByRole('button', { name: 'Deploy' }),
    );
    await waitFor(() =>
      expect(api.deploy).toHaveBeenCalledWith(PIPELINE, {
        version: 1,
        environment: 'production',
        comment: 'Safer',
      }),
    );
    await waitFor(() =>
      expect(screen.queryByRole('dialog')).not.toBeInTheDocument(),
    );
  });

  it('keeps the dialog open with the reason when a deployment is refused', async () => {
    setUp({
      deploy: async () => {
        throw new Error('version 2 is already starting in staging');
      },
    });
    await userEvent.click(
      await screen.findByRole('button', { name: 'Deploy to staging' }),
    );
    const dialog = await screen.findByRole('dialog');
    await userEvent.click(
      await within(dialog).findByRole('button', { name: 'Deploy' }),
    );
    expect(
      await within(dialog).findByText(
        'version 2 is already starting in staging',
      ),
    ).toBeInTheDocument();
  });

  it('rolls back to an earlier deployment once that was confirmed', async () => {
    const api = setUp();
    await userEvent.click(
      await screen.findByRole('button', {
        name: 'Roll back staging to version 1',
      }),
    );
    expect(api.rollback).not.toHaveBeenCalled();
    await userEvent.click(
      within(await screen.findByRole('dialog')).getByRole('button', {
        name: 'Roll back',
      }),
    );
    await waitFor(() =>
      expect(api.rollback).toHaveBeenCalledWith('d-1', { comment: undefined }),
    );
  });

  it('offers no way back to the version that serves', async () => {
    const earlier = deployment({ id: 'd-0', status: 'superseded' });
    setUp({ deployments: [serving, before, earlier] });
    await screen.findByRole('button', {
      name: 'Roll back staging to version 1',
    });
    expect(
      screen.queryByRole('button', { name: 'Roll back staging to version 2' }),
    ).not.toBeInTheDocument();
  });

  it('stops what serves at the end of the path only for who types its name', async () => {
    const api = setUp({
      path: ['staging', 'production'],
      deployed: [
        {
          environment: 'production',
          version: 2,
          deploymentId: 'd-2',
          health: 'healthy',
        },
      ],
      now: { environment: 'production' },
    });
    await userEvent.click(
      await screen.findByRole('button', {
        name: 'Stop serving version 2 in production',
      }),
    );
    const dialog = await screen.findByRole('dialog');
    const stop = within(dialog).getByRole('button', { name: 'Stop serving' });
    expect(stop).toBeDisabled();
    await userEvent.type(
      within(dialog).getByLabelText('Type production to confirm'),
      'production',
    );
    await userEvent.click(stop);
    await waitFor(() => expect(api.stopDeployment).toHaveBeenCalledWith('d-2'));
  });

  it('stops what serves at the beginning of the path with a click', async () => {
    const api = setUp({ path: ['staging', 'production'] });
    await userEvent.click(
      await screen.findByRole('button', {
        name: 'Stop serving version 2 in staging',
      }),
    );
    const dialog = await screen.findByRole('dialog');
    await userEvent.click(
      within(dialog).getByRole('button', { name: 'Stop serving' }),
    );
    await waitFor(() => expect(api.stopDeployment).toHaveBeenCalledWith('d-2'));
  });

  it('sends what the user wrote to the model and shows its answer', async () => {
    const api = setUp();
    await userEvent.click(
      await screen.findByRole('button', {
        name: 'Try it in staging',
      }),
    );
    const dialog = await screen.findByRole('dialog');
    const input = within(dialog).getByLabelText('Request body (JSON)');
    await userEvent.clear(input);
    await userEvent.type(input, '{{"size": ');
    expect(within(dialog).getByRole('button', { name: 'Send' })).toBeDisabled();
    expect(within(dialog).getByText(/Invalid JSON/)).toBeInTheDocument();
    await userEvent.type(input, '120}');
    await userEvent.click(within(dialog).getByRole('button', { name: 'Send' }));
    expect(
      await within(dialog).findByText(/"prediction": 311.5/),
    ).toBeVisible();
    expect(api.predict).toHaveBeenCalledWith(
      { pipelineRef: PIPELINE, environment: 'staging' },
      { size: 120 },
    );
  });

  it('offers a chat where the version has the OpenAI API', async () => {
    setUp({ interface: { api: 'openai' } });
    await userEvent.click(
      await screen.findByRole('button', { name: 'Try it in staging' }),
    );
    const dialog = await screen.findByRole('dialog', {
      name: 'Try version 2 in staging',
    });
    expect(within(dialog).getByLabelText('Message')).toHaveFocus();
    expect(
      within(dialog).queryByLabelText('Request body (JSON)'),
    ).not.toBeInTheDocument();
  });

  it('shows a deployment’s history and the end of its log', async () => {
    setUp();
    const [toggle] = await screen.findAllByRole('button', {
      name: 'Deployment details',
    });
    await userEvent.click(toggle);
    expect(
      await screen.findByText('Listening on port 41233'),
    ).toBeInTheDocument();
  });

  it('says why the latest deployment failed while the one before goes on', async () => {
    setUp({
      deployments: [
        deployment({
          id: 'd-3',
          version: 3,
          status: 'failed',
          reason: quoted('it exited with code 1'),
        }),
        serving,
      ],
    });
    expect(
      await screen.findByText(
        'The latest deployment (version 3) failed: it exited with code 1',
      ),
    ).toBeInTheDocument();
  });

  it('explains to a user who may not deploy why the button is off', async () => {
    setUp({
      denied: ['model-ci.pipeline.deploy'],
      // What a user may do with a pipeline is remembered from one test to the next.
      pipelineRef: 'modelpipeline:default/guarded',
    });
    const find = () =>
      screen.findByRole('button', { name: 'Deploy to production' });
    await waitFor(async () =>
      expect(await find()).toHaveAttribute(
        'aria-description',
        expect.stringContaining('You do not have permission to deploy'),
      ),
    );
    await userEvent.click(await find());
    expect(screen.queryByRole('dialog')).not.toBeInTheDocument();
  });
});
