import { screen } from '@testing-library/react';
import {
  quoted,
  reason,
  reasons,
  type Reason,
  type MetricTrends,
} from '@model-ci/backstage-plugin-model-ci-common';
import { pipeline, PIPELINE, runSummary } from '../../__testUtils__/fixtures';
import { renderPage } from '../../__testUtils__/renderPage';
import { OverviewCard } from './OverviewCard';

const TRENDS: MetricTrends = {
  version: 4,
  reference: { type: 'environment', version: 3, environment: 'production' },
  aliases: [{ alias: 'champion', version: 2 }],
  metrics: [
    {
      metric: 'rmse',
      higherIsBetter: false,
      values: [
        { version: 3, value: 28 },
        { version: 4, value: 25 },
      ],
      gate: {
        max: 30,
        verdict: 'fail',
        verdicts: [
          {
            demand: { baseline: 'champion', margin: 1 },
            verdict: 'fail',
          },
          { demand: { max: 30 }, verdict: 'pass' },
        ],
      },
      difference: {
        metric: 'rmse',
        baseline: 28,
        candidate: 25,
        verdict: 'better',
        interval: { lower: -5, upper: -1 },
        basis: 'paired',
        method: 'bca',
        cautions: [],
      },
    },
  ],
};

const problem = (why: Reason) => ({ message: why.text, reason: why });

function setUp(
  change: Parameters<typeof pipeline>[0],
  {
    language,
    trends = TRENDS,
  }: { language?: string; trends?: MetricTrends } = {},
) {
  renderPage(<OverviewCard pipelineRef={PIPELINE} />, {
    language,
    api: {
      getPipeline: async () => pipeline(change),
      getTrends: async () => trends,
    },
  });
}

describe('OverviewCard', () => {
  it('shows the last run, the metrics with their change, and what serves where', async () => {
    setUp({
      latestRun: runSummary({
        status: 'failed',
        reason: quoted('Stage test failed'),
      }),
      latestVersion: { version: 4, createdAt: '2026-05-01T10:01:05.000Z' },
      deployed: [
        {
          environment: 'production',
          version: 3,
          deploymentId: 'd-3',
          health: 'restarting',
        },
      ],
    });
    expect(await screen.findByText('Failed')).toBeInTheDocument();
    expect(screen.getByText('Stage test failed')).toBeInTheDocument();
    expect(screen.getByText('Version 4')).toBeInTheDocument();
    expect(
      await screen.findByRole('img', { name: 'rmse: v3 28, v4 25' }),
    ).toBeInTheDocument();
    expect(screen.getByText('better')).toHaveTextContent('-3 better');
    const mark = screen.getByRole('img', { name: 'Gate: failed' });
    expect(mark).toHaveTextContent('✗');
    expect(mark).toHaveAttribute(
      'title',
      'failed: at most 1 worse than champion\npassed: ≤ 30',
    );
    expect(screen.getByText('champion')).toBeInTheDocument();
    expect(screen.getByRole('link', { name: 'Version 2' })).toBeInTheDocument();
    expect(
      screen.getByText('Changes against version 3 in production'),
    ).toBeInTheDocument();
    expect(screen.getByRole('img', { name: 'Restarting' })).toBeInTheDocument();
    expect(screen.getByText('Version 3')).toBeInTheDocument();
  });

  it.each([
    [{ type: 'champion', version: 2 }, /against the champion, version 2/],
    [{ type: 'champion', version: 4 }, 'The newest version is the champion.'],
    [undefined, /Nothing to compare with yet/],
  ] as const)('says what it compares with: %j', async (reference, text) => {
    setUp(
      { latestVersion: { version: 4, createdAt: '2026-05-01T10:01:05.000Z' } },
      { trends: { ...TRENDS, reference } },
    );
    expect(await screen.findByText(text)).toBeInTheDocument();
  });

  it('lists the gates that failed a run, and leads to them', async () => {
    const gate = (text: string) =>
      reason('stage.gate', { reason: quoted(text) });
    const why = reasons([gate('rmse is high'), gate('mae is high')]);
    setUp({
      latestRun: runSummary({
        status: 'failed',
        reason: reason('run.stageFailedBecause', {
          stage: 'evaluate',
          reason: why,
        }),
      }),
    });
    expect(await screen.findByText('Gate: rmse is high')).toBeInTheDocument();
    expect(screen.getByText('Gate: mae is high')).toBeInTheDocument();
    expect(screen.getByRole('link', { name: 'Show gates' })).toHaveAttribute(
      'href',
      expect.stringContaining('?stage=evaluate&tab=gates'),
    );
  });

  it('says what comes first where there is nothing yet, and why nothing can be deployed', async () => {
    setUp({});
    expect(await screen.findByText(/No runs yet/)).toBeInTheDocument();
    expect(screen.getByText(/No versions yet/)).toBeInTheDocument();
    expect(
      screen.getByRole('button', { name: 'Deploy a version' }),
    ).toHaveAttribute('aria-disabled', 'true');
  });

  it('says why the pipeline cannot be run', async () => {
    setUp({
      sourceProblem: quoted('It has no source to run: it is not yours'),
    });
    expect(await screen.findByRole('alert')).toHaveTextContent(
      'It has no source to run: it is not yours',
    );
  });

  it('lists what is wrong with a definition that has not run yet', async () => {
    setUp({
      definitionErrors: Array.from({ length: 7 }, (_, index) => ({
        path: `stages.train.gates[${index}]`,
        ...problem(reason('definition.required')),
      })),
    });
    const notice = await screen.findByRole('alert');
    expect(notice).toHaveTextContent('7 errors');
    expect(notice).toHaveTextContent('stages.train.gates[4] is required');
    expect(notice).not.toHaveTextContent('stages.train.gates[5]');
    expect(notice).toHaveTextContent('2 more errors');
  });

  it('says what is wrong with a definition in the language of the reader', async () => {
    const why = reason('definition.didYouMean', {
      problem: reason('definition.unknownKey'),
      word: 'stages',
    });
    setUp(
      { definitionErrors: [{ path: 'stagez', ...problem(why) }] },
      { language: 'zh' },
    );
    expect(await screen.findByRole('alert')).toHaveTextContent(
      'stagez 未知的键；是否想写“stages”？',
    );
  });
});
