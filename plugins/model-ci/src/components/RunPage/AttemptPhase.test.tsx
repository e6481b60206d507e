import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import {
  quoted,
  type Reason,
} from '@model-ci/backstage-plugin-model-ci-common';
import { run, runStage } from '../../__testUtils__/fixtures';
import { renderPage } from '../../__testUtils__/renderPage';
import { AttemptPhaseNotice, DeclareLostButton } from './AttemptPhase';

type Phase = ReturnType<typeof attemptIn>['phase'];

function attemptIn(phase: {
  type: 'pending' | 'collecting';
  reason: Reason;
  nextTryAt?: string;
}) {
  const [attempt] = runStage({ status: 'running' }).attempts;
  return { ...attempt, phase };
}

function show(
  phase: NonNullable<Phase>,
  options: { denied?: string[]; pipelineRef?: string } = {},
) {
  const { denied, ...of } = options;
  const giveUpAttempt = jest.fn(async () => run());
  const onChange = jest.fn();
  renderPage(
    <AttemptPhaseNotice
      run={run({ status: 'running', ...of })}
      stage="train"
      attempt={attemptIn(phase)}
      owner="group:default/ml"
      onChange={onChange}
    />,
    { api: { giveUpAttempt }, denied },
  );
  return { giveUpAttempt, onChange };
}

describe('AttemptPhaseNotice', () => {
  it('shows what a cluster says of the wait', async () => {
    show({ type: 'pending', reason: quoted('Insufficient nvidia.com/gpu') });
    expect(
      await screen.findByText(/Insufficient nvidia.com\/gpu/),
    ).toBeInTheDocument();
    expect(screen.queryByRole('button')).not.toBeInTheDocument();
  });

  it('shows why results are not stored yet, and lets somebody give up for a reason', async () => {
    const { giveUpAttempt, onChange } = show({
      type: 'collecting',
      reason: quoted('the artifact store is full'),
      nextTryAt: '2026-05-01T10:05:00.000Z',
    });
    expect(
      await screen.findByText(/the artifact store is full/),
    ).toHaveTextContent('Next try');
    const button = screen.getByRole('button', { name: 'Give up' });
    await waitFor(() => expect(button).not.toHaveAttribute('aria-disabled'));
    await userEvent.click(button);
    const dialog = await screen.findByRole('dialog');
    const submit = within(dialog).getByRole('button', { name: 'Give up' });
    expect(submit).toBeDisabled();
    await userEvent.type(within(dialog).getByLabelText(/Reason/), 'not needed');
    await userEvent.click(submit);
    await waitFor(() =>
      expect(giveUpAttempt).toHaveBeenCalledWith('attempt-1', {
        reason: 'not needed',
      }),
    );
    expect(onChange).toHaveBeenCalled();
  });

  it('lets nobody give up who may not cancel', async () => {
    show(
      { type: 'collecting', reason: quoted('away') },
      {
        denied: ['model-ci.pipeline.cancel'],
        // What one may do with a pipeline is remembered for some seconds, also from test to test.
        pipelineRef: 'modelpipeline:default/of-others',
      },
    );
    const button = await screen.findByRole('button', { name: 'Give up' });
    await waitFor(() =>
      expect(button).toHaveAttribute(
        'aria-description',
        expect.stringContaining('do not have permission to cancel runs'),
      ),
    );
  });
});

describe('DeclareLostButton', () => {
  const [attempt] = runStage({ status: 'running' }).attempts;
  const name = 'Declare attempt 1 of stage train lost';

  it('ends an attempt for a reason', async () => {
    const declareAttemptLost = jest.fn(async () => run());
    renderPage(
      <DeclareLostButton stage="train" attempt={attempt} onChange={() => {}} />,
      { api: { declareAttemptLost } },
    );
    await userEvent.click(await screen.findByRole('button', { name }));
    const dialog = await screen.findByRole('dialog');
    await userEvent.type(within(dialog).getByLabelText(/Reason/), 'node gone');
    await userEvent.click(
      within(dialog).getByRole('button', { name: 'Declare lost' }),
    );
    await waitFor(() =>
      expect(declareAttemptLost).toHaveBeenCalledWith('attempt-1', {
        reason: 'node gone',
      }),
    );
  });
});
