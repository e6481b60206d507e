import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { parseEntityRef } from '@backstage/catalog-model';
import {
  parseStoredDefinition,
  quoted,
  reason,
  type Reason,
  type Run,
  type TestCase,
} from '@model-ci/backstage-plugin-model-ci-common';
import { DIGEST, pipeline, run, runStage } from '../../__testUtils__/fixtures';
import { renderPage } from '../../__testUtils__/renderPage';
import { RunPage } from './RunPage';

const failing: TestCase = {
  suite: 'pytest',
  classname: 'tests.test_model',
  name: 'test_predict_is_linear',
  status: 'failed',
  duration: 0.012,
  message: 'assert 12.5 == 13.0',
  details: 'tests/test_model.py:12: AssertionError',
};
const passing: TestCase = {
  suite: 'pytest',
  classname: 'tests.test_model',
  name: 'test_fit',
  status: 'passed',
};

const failedRun = run({
  status: 'failed',
  reason: quoted('Stage test failed: 1 of 2 tests failed'),
  stages: [
    runStage({ name: 'build' }),
    runStage({
      name: 'test',
      status: 'failed',
      needs: ['build'],
      reports: [
        {
          kind: 'junit',
          path: 'reports/junit.xml',
          digest: DIGEST,
          tests: 2,
          failures: 1,
          errors: 0,
          skipped: 0,
          duration: 0.1,
        },
      ],
      gates: [
        {
          stage: 'test',
          metric: 'rmse',
          demand: { max: 30 },
          value: 31.5,
          verdict: 'fail',
          reason: quoted('31.5 is above 30'),
        },
      ],
      artifacts: [
        {
          id: 'a1',
          stage: 'test',
          name: 'coverage',
          path: 'coverage/',
          digest: DIGEST,
          size: 2048,
          createdAt: '2026-05-01T10:00:31.000Z',
        },
      ],
    }),
    runStage({
      name: 'train',
      status: 'skipped',
      needs: ['test'],
      attempts: [],
      startedAt: undefined,
      finishedAt: undefined,
      allowFailure: true,
    }),
  ],
  sourceTree: '9f'.padEnd(40, '0'),
  datasets: [
    { name: 'houses', uri: './data/houses.csv', digest: DIGEST, size: 4096 },
  ],
  history: [
    {
      at: '2026-05-01T10:00:00.000Z',
      subject: 'run',
      to: 'queued',
      by: 'user:default/guest',
    },
    {
      at: '2026-05-01T10:00:31.000Z',
      subject: 'attempt',
      stage: 'test',
      attempt: 1,
      from: 'running',
      to: 'failed',
      reason: quoted('exit code 1'),
    },
  ],
});

function normalized() {
  return {
    definition: parseStoredDefinition(
      JSON.stringify({
        stages: {
          train: {
            script: 'python3 train.py',
            env: { PYTHONPATH: 'src' },
            secrets: ['HF_TOKEN'],
          },
        },
      }),
    ),
  };
}

const problem = (why: Reason) => ({ message: why.text, reason: why });

function setUp(
  shown: Run,
  options: { path?: string; denied?: string[]; language?: string } = {},
) {
  const api = {
    getRun: jest.fn(async () => shown),
    getPipeline: jest.fn(async () => pipeline()),
    listTests: jest.fn(
      async (
        _run: string,
        _stage: string,
        query: { statuses?: string[] } = {},
      ) => ({
        items: [failing, passing].filter(
          ({ status }) => query.statuses?.includes(status) ?? true,
        ),
      }),
    ),
    readLog: jest.fn(async () => ({
      text: '',
      offset: 0,
      nextOffset: 0,
      size: 0,
      ended: true,
      attempt: 1,
    })),
    cancelRun: jest.fn(async () => shown),
    startRun: jest.fn(async () => shown),
    retryRun: jest.fn(async () => shown),
    downloadArtifact: jest.fn(async () => new Blob(['tar'])),
  };
  renderPage(<RunPage runId="run-7" />, { api, ...options });
  return api;
}

const stageButton = (name: string) =>
  screen.findByRole('button', { name: new RegExp(`^Stage ${name}:`) });

describe('RunPage', () => {
  it('goes straight to the failing test of a run that failed by it', async () => {
    setUp(failedRun);
    expect(
      await screen.findByText('test_predict_is_linear'),
    ).toBeInTheDocument();
    expect(screen.getByText('assert 12.5 == 13.0')).toBeInTheDocument();
    expect(
      screen.getByText('Stage test failed: 1 of 2 tests failed'),
    ).toBeInTheDocument();
    expect(screen.getByRole('tab', { name: /^Tests/ })).toHaveAttribute(
      'aria-selected',
      'true',
    );
    const rows = screen.getAllByRole('row').map(row => row.textContent);
    expect(rows.findIndex(text => text?.includes('test_predict'))).toBeLessThan(
      rows.findIndex(text => text?.includes('test_fit')),
    );
    await userEvent.click(
      screen.getByRole('button', {
        name: 'Details of test_predict_is_linear',
      }),
    );
    expect(
      screen.getByText(/tests\/test_model.py:12: AssertionError/),
    ).toBeInTheDocument();
  });

  it('filters test cases by text and status', async () => {
    setUp(failedRun);
    await screen.findByText('test_fit');
    await userEvent.click(screen.getByRole('button', { name: 'Failed: 1' }));
    expect(screen.queryByText('test_fit')).not.toBeInTheDocument();
    await userEvent.type(screen.getByLabelText('Search test cases'), 'fit');
    expect(
      screen.getByText('No test cases match the selected filters.'),
    ).toBeInTheDocument();
  });

  it('keeps stage and tab in the URL, chosen from the graph with the keyboard', async () => {
    setUp(failedRun);
    const build = await stageButton('build');
    build.focus();
    await userEvent.keyboard('{Enter}');
    await waitFor(() =>
      expect(screen.getByTestId('location')).toHaveTextContent('stage=build'),
    );
    expect(await stageButton('build')).toHaveAttribute('aria-pressed', 'true');
    await userEvent.click(screen.getByRole('tab', { name: /^Attempts/ }));
    expect(screen.getByTestId('location')).toHaveTextContent('tab=attempts');
    expect(
      await screen.findByText('docker on docker-local'),
    ).toBeInTheDocument();
  });

  it('selects a stage that is clicked with the mouse', async () => {
    setUp(failedRun);
    // Refuses to click what the mouse goes through.
    await userEvent.click(await stageButton('build'));
    await waitFor(() =>
      expect(screen.getByTestId('location')).toHaveTextContent('stage=build'),
    );
  });

  it('draws the arrows of its graph, also in the moment in which a stage changes', async () => {
    const api = setUp(failedRun);
    await stageButton('build');
    const arrows = () => document.querySelectorAll('.react-flow__edge').length;
    expect(arrows()).toBe(2);
    const seen: number[] = [];
    const observer = new MutationObserver(() => seen.push(arrows()));
    observer.observe(document.body, { childList: true, subtree: true });
    const [build, test, train] = failedRun.stages;
    api.getRun.mockResolvedValue({
      ...failedRun,
      stages: [build, test, { ...train, status: 'running' }],
    });
    await userEvent.click(screen.getByRole('button', { name: 'Retry run 7' }));
    expect(
      await screen.findByRole('button', { name: /^Stage train: Running/ }),
    ).toBeInTheDocument();
    observer.disconnect();
    expect(arrows()).toBe(2);
    expect(seen.filter(count => count !== 2)).toEqual([]);
  });

  it('says in its head, and nowhere else, that it waits for what no node has, with the remedy', async () => {
    const why = reason('placement.noMatch', { labels: ['gpu=a100'] });
    const waiting = runStage({
      name: 'train',
      status: 'queued',
      waitingFor: why,
      attempts: [],
      startedAt: undefined,
      finishedAt: undefined,
    });
    setUp(run({ status: 'running', finishedAt: undefined, stages: [waiting] }));
    const notice = await screen.findByRole('alert');
    expect(notice).toHaveTextContent('train: no node matches gpu=a100.');
    expect(notice).toHaveTextContent('have a node added');
    expect(
      within(notice).getByRole('link', { name: 'Show nodes' }),
    ).toHaveAttribute('href', '/model-ci/nodes');
    expect(screen.getAllByText(/no node matches/)).toHaveLength(1);
  });

  it('says once, and without alarm, what a stage waits for that will come', async () => {
    const why = reason('placement.tooLittleFree', { node: 'a', lacks: [] });
    const waiting = runStage({
      name: 'train',
      status: 'queued',
      waitingFor: why,
      attempts: [],
      startedAt: undefined,
      finishedAt: undefined,
    });
    setUp(run({ status: 'running', finishedAt: undefined, stages: [waiting] }));
    expect(await screen.findAllByText(/too little free/)).toHaveLength(1);
    expect(screen.queryByRole('alert')).toBeNull();
  });

  it('shows the commands and the environment of a stage, and of secrets their names', async () => {
    const { definition } = normalized();
    setUp(run({ stages: [runStage({ name: 'train' })], definition }), {
      path: '/?stage=train&tab=command',
    });
    expect(
      await screen.findByLabelText('Commands of the stage'),
    ).toHaveTextContent('python3 train.py');
    const rows = screen.getAllByRole('row').map(row => row.textContent);
    expect(rows).toEqual(
      expect.arrayContaining(['PYTHONPATHsrc', 'HF_TOKENsecret']),
    );
  });

  it('starts a run that succeeded once more, of the same commit with the same parameters', async () => {
    const api = setUp(run({ parameters: { rate: 0.1 } }));
    api.startRun.mockResolvedValue(run({ id: 'run-8' }));
    await userEvent.click(
      await screen.findByRole('button', {
        name: 'Run the commit of run 7 again',
      }),
    );
    await waitFor(() =>
      expect(api.startRun).toHaveBeenCalledWith(run().pipelineRef, {
        commit: run().commit,
        ref: run().branch,
        parameters: { rate: 0.1 },
      }),
    );
  });

  it('counts what its tabs hold, and lists metrics that no gate asks for', async () => {
    const [, test] = failedRun.stages;
    const metrics = [
      { metric: 'rmse', value: 31.5 },
      { metric: 'coverage', dataset: 'houses', value: 0.25, n: 40 },
      { metric: 'bias' },
    ];
    setUp(run({ stages: [{ ...test, metrics }] }), {
      path: '/?stage=test&tab=gates',
    });
    const table = await screen.findByRole('table', {
      name: 'Everything that this stage reported',
    });
    const rows = within(table)
      .getAllByRole('row')
      .map(({ textContent }) => textContent);
    expect(rows[2]).toMatch(/^coveragehouses0.25–40$/);
    expect(rows[3]).toMatch(/^biasnot measured/i);
    const tabs = screen.getAllByRole('tab').map(tab => tab.textContent);
    expect(tabs).toEqual(
      expect.arrayContaining([
        'Log',
        'Tests 2',
        'Artifacts 1',
        'Gates and reports 1',
      ]),
    );
  });

  it('leads back to its model', async () => {
    setUp(failedRun);
    const { name } = parseEntityRef(failedRun.pipelineRef);
    const trail = await screen.findByRole('navigation');
    expect(await within(trail).findByRole('link', { name })).toHaveAttribute(
      'href',
      `/catalog/default/modelpipeline/${name}`,
    );
  });

  it('reads stage and tab from the URL', async () => {
    setUp(failedRun, { path: '/?stage=test&tab=gates' });
    const gates = await screen.findByRole('table', {
      name: 'Gates of this stage',
    });
    expect(within(gates).getByText('31.5 is above 30')).toBeInTheDocument();
    expect(within(gates).getByText('≤ 30')).toBeInTheDocument();
    expect(
      screen.getByText('2 tests: 1 failed, 0 errored, 0 skipped'),
    ).toBeInTheDocument();
  });

  it('says once that gates failed: beside their verdicts, where these are shown', async () => {
    const why = quoted('31.5 is above 30');
    const [build, test, train] = failedRun.stages;
    const stages = [
      build,
      { ...test, reason: reason('stage.gate', { reason: why }) },
      train,
    ];
    setUp({ ...failedRun, stages }, { path: '/?stage=test&tab=gates' });
    expect(await screen.findByText('31.5 is above 30')).toBeInTheDocument();
    expect(screen.queryByText('Gate: 31.5 is above 30')).toBeNull();
    await userEvent.click(screen.getByRole('tab', { name: /^Artifacts/ }));
    expect(
      await screen.findByText('Gate: 31.5 is above 30'),
    ).toBeInTheDocument();
  });

  it('says why the version of a run was not promoted', async () => {
    const why = reason('promotion.moved', { alias: 'champion', version: 5 });
    setUp(
      run({
        version: 6,
        promotion: {
          type: 'refused',
          alias: 'champion',
          version: 6,
          reason: reason('promotion.refused', {
            alias: 'champion',
            reason: why,
          }),
        },
      }),
    );
    expect(await screen.findByRole('note')).toHaveTextContent(
      /Not promoted to champion: champion moved to #5 meanwhile/,
    );
  });

  it('says why a run is not trusted', async () => {
    const why = reason('trust.notOnRef', {
      commit: 'c0ffee',
      ref: 'main',
      repository: 'https://github.com/acme/models',
    });
    setUp(run({ isUntrusted: true, untrustedReason: why }));
    expect(await screen.findByText(why.text)).toBeInTheDocument();
    expect(screen.getByText(/may come from a fork/)).toBeInTheDocument();
  });

  it('offers artifacts to download', async () => {
    const createObjectURL = jest.fn(() => 'blob:x');
    Object.assign(URL, { createObjectURL, revokeObjectURL: jest.fn() });
    const click = jest
      .spyOn(HTMLAnchorElement.prototype, 'click')
      .mockImplementation(() => {});
    const api = setUp(failedRun, { path: '/?stage=test&tab=artifacts' });
    await userEvent.click(
      await screen.findByRole('button', { name: 'Download coverage' }),
    );
    await waitFor(() => expect(click).toHaveBeenCalled());
    expect(api.downloadArtifact).toHaveBeenCalledWith(DIGEST);
    click.mockRestore();
  });

  it('shows a stage under its title, and its name beside it', async () => {
    setUp(
      run({
        stages: [runStage({ name: 'train', title: 'Train on all houses' })],
      }),
    );
    expect(
      await screen.findByRole('heading', { name: /Train on all houses/ }),
    ).toBeInTheDocument();
    expect(await stageButton('Train on all houses')).toBeInTheDocument();
    expect(screen.getByText('train')).toBeInTheDocument();
  });

  it('shows what a stage has built, and which stage the image of another is from', async () => {
    const stage = runStage({ name: 'test', imageFrom: 'package' });
    const [attempt] = stage.attempts;
    const builtImage = {
      id: DIGEST,
      reference: `registry.example/models/a@${DIGEST}`,
      executor: 'docker',
    };
    setUp(
      run({
        stages: [
          {
            ...stage,
            attempts: [{ ...attempt, executor: 'docker', builtImage }],
          },
        ],
      }),
    );
    expect(await screen.findByText(/image of package/)).toBeInTheDocument();
    expect(screen.getByText(/Built image/)).toHaveTextContent(
      builtImage.reference,
    );
  });

  it('marks stages that may fail, and says of one without an attempt that it was not run', async () => {
    setUp(failedRun, { path: '/?stage=train' });
    expect(await screen.findByText('may fail')).toBeInTheDocument();
    expect(
      await screen.findByText('This stage was skipped.'),
    ).toBeInTheDocument();
  });

  it('shows data sets by digest, and the history', async () => {
    setUp(failedRun);
    expect(
      await screen.findByRole('button', { name: 'Copy tree 9f000000' }),
    ).toBeInTheDocument();
    expect(await screen.findByText('./data/houses.csv')).toBeInTheDocument();
    await userEvent.click(screen.getByRole('button', { name: /History/ }));
    expect(await screen.findByText('Attempt 1 of test')).toBeInTheDocument();
    expect(screen.getByText('exit code 1')).toBeInTheDocument();
  });

  it('lists every error of the definition with its place, and lets nobody retry it', async () => {
    const api = setUp(
      run({
        status: 'failed',
        stages: [],
        definitionErrors: [
          {
            file: 'model-pipeline.yaml',
            line: 12,
            column: 5,
            path: 'stages.train.timeout',
            ...problem(
              reason('definition.valueIs', {
                value: '"soon"',
                problem: reason('definition.notDuration'),
              }),
            ),
          },
          {
            file: 'model-pipeline.yaml',
            line: 20,
            column: 3,
            path: 'stages.evaluate.needs[0]',
            ...problem(reason('definition.noStage', { name: 'trian' })),
          },
        ],
      }),
    );
    expect(await screen.findByText(/has 2 errors/)).toBeInTheDocument();
    expect(screen.getByText('model-pipeline.yaml:12:5')).toBeInTheDocument();
    expect(screen.getByText('stages.evaluate.needs[0]')).toBeInTheDocument();
    expect(screen.getByText("there is no stage 'trian'")).toBeInTheDocument();
    const find = () => screen.findByRole('button', { name: 'Retry run 7' });
    await waitFor(async () =>
      expect(await find()).toHaveAttribute(
        'aria-description',
        expect.stringContaining('is invalid'),
      ),
    );
    await userEvent.click(await find());
    expect(api.retryRun).not.toHaveBeenCalled();
  });

  it('asks before it cancels a run, and shows a refusal', async () => {
    const api = setUp(run({ status: 'running', finishedAt: undefined }));
    api.cancelRun.mockRejectedValueOnce(
      new Error(
        "run 7 is 'succeeded'; only a 'queued' or 'running' run can be cancelled",
      ),
    );
    await userEvent.click(
      await screen.findByRole('button', { name: 'Cancel run 7' }),
    );
    expect(api.cancelRun).not.toHaveBeenCalled();
    await userEvent.click(screen.getByRole('button', { name: 'Cancel run' }));
    expect(await screen.findByText(/run 7 is 'succeeded'/)).toBeInTheDocument();
    await userEvent.click(screen.getByRole('button', { name: 'Cancel run' }));
    await waitFor(() =>
      expect(screen.queryByRole('dialog')).not.toBeInTheDocument(),
    );
  });

  it('retries a failed run, whole or from one stage', async () => {
    const api = setUp(failedRun);
    await userEvent.click(
      await screen.findByRole('button', { name: 'Retry run 7' }),
    );
    await waitFor(() => expect(api.retryRun).toHaveBeenCalledWith('run-7'));
    await userEvent.click(
      screen.getByRole('button', { name: 'Retry from here' }),
    );
    await waitFor(() =>
      expect(api.retryRun).toHaveBeenCalledWith('run-7', { from: 'test' }),
    );
  });

  it('explains to a user who may not cancel who can', async () => {
    const ofOthers = run({
      status: 'running',
      finishedAt: undefined,
      // What one may do with a pipeline is remembered for some seconds, also from test to test.
      pipelineRef: 'modelpipeline:default/of-others',
    });
    setUp(ofOthers, { denied: ['model-ci.pipeline.cancel'] });
    await waitFor(() =>
      expect(
        screen.getByRole('button', { name: 'Cancel run 7' }),
      ).toHaveAttribute(
        'aria-description',
        expect.stringContaining('do not have permission to cancel runs'),
      ),
    );
  });

  it('speaks Chinese', async () => {
    setUp(failedRun, { language: 'zh' });
    expect(
      await screen.findByText('test_predict_is_linear'),
    ).toBeInTheDocument();
    expect(
      await screen.findByRole('tab', { name: /^产物/ }),
    ).toBeInTheDocument();
    expect(screen.getByText('数据集')).toBeInTheDocument();
    expect(screen.getAllByText('失败').length).toBeGreaterThan(0);
  });

  it('says that a run is not there', async () => {
    const api = {
      getRun: jest.fn(async () => {
        throw Object.assign(new Error('Request failed with 404 Not Found'), {
          statusCode: 404,
          body: { error: { message: 'There is no run run-7' } },
        });
      }),
    };
    renderPage(<RunPage runId="run-7" />, { api });
    expect(
      await screen.findByText(
        'This run does not exist, or you do not have permission to see it',
      ),
    ).toBeInTheDocument();
    expect(screen.getByText('There is no run run-7')).toBeInTheDocument();
  });
});
