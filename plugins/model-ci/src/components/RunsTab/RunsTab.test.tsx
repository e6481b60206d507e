import { act, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import {
  type Delivery,
  type PipelineSchedules,
  quoted,
  reason,
  type RunParameters,
  type RunSummary,
  type Schedule,
} from '@model-ci/backstage-plugin-model-ci-common';
import { pipeline, PIPELINE, runSummary } from '../../__testUtils__/fixtures';
import { renderPage, TestSignals } from '../../__testUtils__/renderPage';
import { RunsTab } from './RunsTab';

const failed = runSummary({
  id: 'run-8',
  number: 8,
  status: 'failed',
  commitMessage: 'Break it',
  reason: quoted('Stage test failed'),
});

const delivery: Delivery = {
  id: 'delivery-2',
  provider: 'github',
  event: 'push',
  repositoryUrl: 'https://github.com/acme/models',
  ref: { type: 'branch', name: 'feature/x' },
  commit: 'a'.repeat(40),
  message: 'Change the notes',
  author: 'ann',
  receivedAt: '2026-05-01T10:00:00.000Z',
  repeats: 2,
  isOpen: false,
  reason: reason('trigger.otherPaths'),
};
const DELIVERIES: Delivery[] = [
  delivery,
  {
    ...delivery,
    id: 'delivery-1',
    ref: { type: 'tag', name: 'v1' },
    author: 'user:default/guest',
    repeats: 0,
    run: { id: 'run-8', number: 8 },
    reason: undefined,
  },
  {
    ...delivery,
    id: 'delivery-0',
    event: 'pull_request opened',
    ref: undefined,
    pullRequest: { number: 12, url: 'https://github.com/acme/models/pull/12' },
    reason: reason('trigger.needsAgreement'),
  },
];

const SCHEDULE: Schedule = {
  name: 'nightly',
  cron: '0 2 * * 1-5',
  timezone: 'Europe/Berlin',
  parameters: { epochs: 20 },
  nextAt: '2026-05-02T00:00:00.000Z',
  lastAt: '2026-05-01T00:00:00.000Z',
  lastRun: { id: 'run-8', number: 8, status: 'failed' },
  problem: reason('trigger.triedAgain', { problem: quoted('no answer') }),
  triedAt: '2026-05-02T00:00:30.000Z',
};

function setUp(
  path = '/',
  {
    pipelineRef = PIPELINE,
    runs = [failed, runSummary({ version: 7 })],
    ...options
  }: { denied?: string[]; pipelineRef?: string; runs?: RunSummary[] } = {},
) {
  const api = {
    getPipeline: jest.fn(async () => pipeline()),
    listRuns: jest.fn(async ({ cursor }: { cursor?: string } = {}) =>
      cursor === 'c2'
        ? { items: [runSummary({ id: 'run-1', number: 1 })] }
        : { items: runs, nextCursor: 'c2' },
    ),
    listAliases: jest.fn(async () => ({
      aliases: [
        {
          alias: 'champion',
          version: 7,
          by: 'user:default/guest',
          at: '2026-05-01T10:01:05.000Z',
        },
      ],
      changes: [],
    })),
    getSchedules: jest.fn(
      async (): Promise<PipelineSchedules> => ({ items: [SCHEDULE] }),
    ),
    pauseSchedules: jest.fn(),
    resumeSchedules: jest.fn(),
    startDelivery: jest.fn(async () => delivery),
    listDeliveries: jest.fn(async () => ({ items: DELIVERIES })),
    startRun: jest.fn(async () => runSummary({ id: 'new-run' })),
    getRunParameters: jest.fn(
      async (): Promise<RunParameters> => ({
        commit: '3f1c9a7b',
        parameters: {},
        definitionErrors: [],
      }),
    ),
    cancelRun: jest.fn(),
    retryRun: jest.fn(),
  };
  const signals = new TestSignals();
  renderPage(<RunsTab pipelineRef={pipelineRef} />, {
    api,
    path,
    signals,
    ...options,
  });
  return { api, signals };
}

describe('RunsTab', () => {
  it('shows each run with what a reader asks first', async () => {
    setUp();
    const row = (await screen.findByText('#8')).closest('tr')!;
    expect(within(row).getByText('Failed')).toBeInTheDocument();
    expect(within(row).getByText('Break it')).toBeInTheDocument();
    expect(within(row).getByText('3f1c9a7b')).toHaveAttribute(
      'href',
      expect.stringContaining('/acme/house-price/commit/3f1c9a7b'),
    );
    expect(within(row).getByText('1 m 4 s')).toBeInTheDocument();
    expect(within(row).getByText('#8')).toHaveAttribute(
      'href',
      '/model-ci/runs/run-8',
    );
    expect(
      screen.getByRole('columnheader', { name: 'Duration' }),
    ).toBeVisible();
  });

  it('shows the aliases of the version that a run registered', async () => {
    setUp();
    const row = (await screen.findByText('champion')).closest('tr')!;
    expect(within(row).getByText('Version 7')).toBeInTheDocument();
    expect(screen.getAllByText('champion')).toHaveLength(1);
  });

  it('keeps filters in the URL, asks the server for them, and forgets the page', async () => {
    const { api } = setUp('/?cursor=c2');
    await screen.findByText('#1');
    await userEvent.selectOptions(screen.getByLabelText('Status'), 'failed');
    await userEvent.type(screen.getByLabelText('Branch'), 'main');
    await waitFor(() =>
      expect(screen.getByTestId('location')).toHaveTextContent(
        '/?status=failed&branch=main',
      ),
    );
    expect(api.listRuns).toHaveBeenLastCalledWith(
      expect.objectContaining({
        pipelineRef: PIPELINE,
        statuses: ['failed'],
        branch: 'main',
        cursor: undefined,
      }),
      expect.anything(),
    );
  });

  it('goes to the next page and back', async () => {
    setUp();
    await screen.findByText('#8');
    await userEvent.click(screen.getByRole('button', { name: 'Next page' }));
    expect(await screen.findByText('#1')).toBeInTheDocument();
    expect(screen.getByTestId('location')).toHaveTextContent('cursor=c2');
    await userEvent.click(
      screen.getByRole('button', { name: 'Previous page' }),
    );
    expect(await screen.findByText('#8')).toBeInTheDocument();
    expect(screen.getByTestId('location')).not.toHaveTextContent('cursor');
  });

  it('starts a run at a branch and goes to it', async () => {
    const { api } = setUp();
    await userEvent.click(
      await screen.findByRole('button', { name: 'Start a run' }),
    );
    await userEvent.type(
      screen.getByLabelText('Branch, tag or commit'),
      'feature/x',
    );
    await userEvent.click(screen.getByRole('button', { name: 'Start' }));
    await waitFor(() =>
      expect(screen.getByTestId('location')).toHaveTextContent(
        '/model-ci/runs/new-run',
      ),
    );
    expect(api.startRun).toHaveBeenCalledWith(PIPELINE, { ref: 'feature/x' });
  });

  it('asks for the parameters of the chosen branch, and sends what was changed', async () => {
    const { api } = setUp();
    api.getRunParameters.mockResolvedValue({
      commit: '3f1c9a7b',
      parameters: {
        epochs: {
          type: 'integer',
          title: 'Passes',
          description: 'How often the data is seen.',
          default: 10,
          min: 1,
          max: 100,
        },
        rate: { type: 'number', default: 0.1 },
        size: { type: 'enum', values: ['small', 'large'] },
        note: { type: 'string', default: 'none', maxLength: 5 },
        fast: { type: 'boolean', default: true },
        deep: { type: 'boolean' },
      },
      definitionErrors: [],
    });
    await userEvent.click(
      await screen.findByRole('button', { name: 'Start a run' }),
    );
    await userEvent.type(
      screen.getByLabelText('Branch, tag or commit'),
      'feature/x',
    );
    await userEvent.tab();
    await waitFor(() =>
      expect(api.getRunParameters).toHaveBeenLastCalledWith(
        PIPELINE,
        { ref: 'feature/x' },
        expect.anything(),
      ),
    );
    const passes = await screen.findByLabelText('Passes');
    expect(passes).toHaveValue(10);
    expect(passes).toHaveAttribute('max', '100');
    expect(passes).toHaveAccessibleDescription(
      'How often the data is seen. From 1 to 100.',
    );
    expect(screen.getByLabelText('note')).toHaveAttribute('maxlength', '5');
    const size = screen.getByLabelText(/^size/);
    expect(size).toBeRequired();
    expect(size).toHaveValue('');
    await userEvent.clear(passes);
    await userEvent.type(passes, '3');
    await userEvent.selectOptions(size, 'large');
    await userEvent.click(screen.getByLabelText('fast'));
    await userEvent.click(screen.getByRole('button', { name: 'Start' }));
    await waitFor(() =>
      expect(api.startRun).toHaveBeenCalledWith(PIPELINE, {
        ref: 'feature/x',
        parameters: { epochs: 3, size: 'large', fast: false, deep: false },
      }),
    );
  });

  it('says that the definition of a commit is invalid', async () => {
    const { api } = setUp();
    api.getRunParameters.mockResolvedValue({
      commit: '3f1c9a7b',
      parameters: {},
      definitionErrors: [
        {
          file: 'model-pipeline.yaml',
          line: 1,
          column: 1,
          path: '',
          message: 'wrong',
          reason: quoted('wrong'),
        },
      ],
    });
    await userEvent.click(
      await screen.findByRole('button', { name: 'Start a run' }),
    );
    expect(
      await screen.findByText(/definition of this commit is invalid/),
    ).toBeVisible();
  });

  it('shows a user who may not run it why, and who can', async () => {
    const { api } = setUp('/', {
      denied: ['model-ci.pipeline.run'],
      // What one may do with a pipeline is remembered for some seconds, also from test to test.
      pipelineRef: 'modelpipeline:default/of-others',
    });
    const button = () => screen.getByRole('button', { name: 'Start a run' });
    await waitFor(() =>
      expect(button()).toHaveAttribute(
        'aria-description',
        expect.stringMatching(
          /do not have permission to run.*ml.*model-ci.pipeline.run/,
        ),
      ),
    );
    expect(button()).toHaveAttribute('aria-disabled', 'true');
    await userEvent.click(button());
    expect(screen.queryByRole('dialog')).not.toBeInTheDocument();
    expect(api.startRun).not.toHaveBeenCalled();
  });

  it('fetches again when a signal names the pipeline, and not for another one', async () => {
    const { api, signals } = setUp();
    await screen.findByText('#8');
    const before = api.listRuns.mock.calls.length;
    act(() =>
      signals.send({
        type: 'run',
        pipelineRef: 'modelpipeline:default/other',
        runId: 'x',
      }),
    );
    api.listRuns.mockResolvedValue({
      items: [runSummary({ id: 'run-9', number: 9, status: 'running' })],
    });
    act(() =>
      signals.send({ type: 'run', pipelineRef: PIPELINE, runId: 'run-9' }),
    );
    expect(await screen.findByText('#9')).toBeInTheDocument();
    expect(api.listRuns.mock.calls.length).toBe(before + 1);
  });

  it('keeps the runs in sight when a later fetch fails, and says so', async () => {
    const { api, signals } = setUp();
    await screen.findByText('#8');
    api.listRuns.mockRejectedValue(new Error('the network is down'));
    act(() =>
      signals.send({ type: 'run', pipelineRef: PIPELINE, runId: 'run-8' }),
    );
    expect(
      await screen.findByText(/Refresh failed: the network is down/),
    ).toBeInTheDocument();
    expect(screen.getByText('#8')).toBeInTheDocument();
  });

  it('says what to do when there is no run', async () => {
    const { api } = setUp('/?status=queued');
    api.listRuns.mockResolvedValue({ items: [] });
    await userEvent.selectOptions(screen.getByLabelText('Status'), 'running');
    expect(await screen.findByText('No matching runs')).toBeInTheDocument();
    await userEvent.click(
      screen.getAllByRole('button', { name: 'Clear filters' })[0],
    );
    expect(await screen.findByText('No runs yet')).toBeInTheDocument();
  });

  it('shows the error of the first fetch with a way to try again', async () => {
    const api = {
      getPipeline: jest.fn(async () => pipeline()),
      listRuns: jest
        .fn()
        .mockRejectedValueOnce(new Error('database is away'))
        .mockResolvedValue({ items: [failed] }),
    };
    renderPage(<RunsTab pipelineRef={PIPELINE} />, { api });
    expect(await screen.findByText('database is away')).toBeInTheDocument();
    await userEvent.click(screen.getByRole('button', { name: 'Try again' }));
    expect(await screen.findByText('#8')).toBeInTheDocument();
  });

  it('shows what the code host announced, and why nothing started', async () => {
    const { api } = setUp();
    await screen.findByText('#8');
    expect(api.listDeliveries).not.toHaveBeenCalled();
    await userEvent.click(screen.getByRole('button', { name: /Deliveries/ }));
    const row = (await screen.findByText('feature/x')).closest('tr')!;
    expect(within(row).getByText('Started no run')).toBeInTheDocument();
    expect(
      within(row).getByText(/None of the changed files matches/),
    ).toBeInTheDocument();
    expect(within(row).getByText('GitHub')).toBeInTheDocument();
    expect(within(row).getByText(/received 2 times more/)).toBeInTheDocument();
    const other = screen.getByText('tag v1').closest('tr')!;
    expect(within(other).getByRole('link', { name: '#8' })).toHaveAttribute(
      'href',
      expect.stringContaining('run-8'),
    );
  });

  it('lets a person start the run of a fork', async () => {
    const { api } = setUp();
    await screen.findByText('#8');
    await userEvent.click(screen.getByRole('button', { name: /Deliveries/ }));
    expect(
      await screen.findByRole('link', { name: /^Request 12/ }),
    ).toHaveAttribute('href', 'https://github.com/acme/models/pull/12');
    await userEvent.click(
      screen.getByRole('button', { name: 'Start the run of request 12' }),
    );
    await waitFor(() =>
      expect(api.startDelivery).toHaveBeenCalledWith(PIPELINE, 'delivery-0'),
    );
  });

  describe('its schedules', () => {
    const open = async (options?: Parameters<typeof setUp>[1]) => {
      const { api } = setUp('/', options);
      await screen.findByText('#8');
      expect(api.getSchedules).not.toHaveBeenCalled();
      await userEvent.click(screen.getByText('Schedules'));
      return api;
    };

    it('show their times, the last run and what went wrong since', async () => {
      await open();
      const row = (await screen.findByText('nightly')).closest('tr')!;
      for (const text of [
        '0 2 * * 1-5',
        'Europe/Berlin',
        'the default branch',
        'epochs=20',
        '#8',
        'Not started yet, it is tried again: no answer',
      ]) {
        expect(within(row).getByText(text)).toBeInTheDocument();
      }
    });

    it('are paused, and say by whom', async () => {
      const api = await open();
      await screen.findByText('nightly');
      api.getSchedules.mockResolvedValue({
        items: [SCHEDULE],
        paused: {
          by: 'user:default/guest',
          at: '2026-05-01T10:00:00.000Z',
        },
      });
      await userEvent.click(screen.getByText('Pause'));
      expect(api.pauseSchedules).toHaveBeenCalledWith(PIPELINE);
      const resume = await screen.findByText('Resume');
      expect(screen.getByText(/no run starts\. By/)).toHaveTextContent('guest');
      await userEvent.click(resume);
      expect(api.resumeSchedules).toHaveBeenCalledWith(PIPELINE);
    });

    it('are paused only by those who may start runs', async () => {
      const api = await open({
        denied: ['model-ci.pipeline.run'],
        pipelineRef: 'modelpipeline:default/of-strangers',
      });
      await screen.findByText('nightly');
      await userEvent.click(screen.getByText('Pause'));
      expect(api.pauseSchedules).not.toHaveBeenCalled();
    });
  });

  it('says which schedule started a run', async () => {
    setUp('/', {
      runs: [runSummary({ trigger: 'schedule', schedule: 'nightly' })],
    });
    expect(await screen.findByText('By schedule nightly')).toBeInTheDocument();
  });
});
