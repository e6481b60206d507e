import { screen } from '@testing-library/react';
import { quoted } from '@model-ci/backstage-plugin-model-ci-common';
import { pipeline, PIPELINE, runSummary } from '../../__testUtils__/fixtures';
import { renderPage } from '../../__testUtils__/renderPage';
import { OverviewCard } from './OverviewCard';

function setUp(change: Parameters<typeof pipeline>[0]) {
  renderPage(<OverviewCard pipelineRef={PIPELINE} />, {
    api: { getPipeline: async () => pipeline(change) },
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
      latestMetrics: [
        { metric: 'rmse', value: 25, previous: 28, higherIsBetter: false },
      ],
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
      screen.getByRole('img', {
        name: '28 in the previous version',
      }),
    ).toHaveTextContent('▼');
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
    setUp({ sourceProblem: 'It has no source to run: it is not yours' });
    expect(await screen.findByRole('alert')).toHaveTextContent(
      'It has no source to run: it is not yours',
    );
  });

  it('lists what is wrong with a definition that has not run yet', async () => {
    setUp({
      definitionErrors: Array.from({ length: 7 }, (_, index) => ({
        path: `stages.train.gates[${index}]`,
        message: 'must have a metric',
      })),
    });
    const notice = await screen.findByRole('alert');
    expect(notice).toHaveTextContent('7 errors');
    expect(notice).toHaveTextContent('stages.train.gates[4] must have');
    expect(notice).not.toHaveTextContent('stages.train.gates[5]');
    expect(notice).toHaveTextContent('2 more errors');
  });
});
