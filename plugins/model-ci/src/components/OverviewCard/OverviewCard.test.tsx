import { screen } from '@testing-library/react';
import {
  quoted,
  reason,
  type Reason,
  type MetricTrends,
} from '@model-ci/backstage-plugin-model-ci-common';
import { pipeline, PIPELINE, runSummary } from '../../__testUtils__/fixtures';
import { renderPage } from '../../__testUtils__/renderPage';
import { OverviewCard } from './OverviewCard';

const TRENDS: MetricTrends = {
  version: 4,
  production: { version: 3, environment: 'production' },
  metrics: [
    {
      metric: 'rmse',
      higherIsBetter: false,
      values: [
        { version: 3, value: 28 },
        { version: 4, value: 25 },
      ],
      verdict: 'pass',
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

function setUp(change: Parameters<typeof pipeline>[0], language?: string) {
  renderPage(<OverviewCard pipelineRef={PIPELINE} />, {
    language,
    api: {
      getPipeline: async () => pipeline(change),
      getTrends: async () => TRENDS,
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
    expect(screen.getByText('-3 better')).toBeInTheDocument();
    expect(screen.getByRole('img', { name: 'Gate: passed' })).toHaveTextContent(
      '✓',
    );
    expect(
      screen.getByText('Changes against version 3 in production'),
    ).toBeInTheDocument();
    expect(screen.getByRole('img', { name: 'Restarting' })).toBeInTheDocument();
    expect(screen.getByText('Version 3')).toBeInTheDocument();
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
    setUp({ definitionErrors: [{ path: 'stagez', ...problem(why) }] }, 'zh');
    expect(await screen.findByRole('alert')).toHaveTextContent(
      'stagez 未知的键；是否想写“stages”？',
    );
  });
});
