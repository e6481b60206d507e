import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import {
  quoted,
  type Approval,
} from '@model-ci/backstage-plugin-model-ci-common';
import { run, runStage } from '../../__testUtils__/fixtures';
import { renderPage } from '../../__testUtils__/renderPage';
import { StageApprovals } from './StageApprovals';

const asked: Approval = {
  id: 'approval-1',
  question: quoted('The stage is on hold.'),
  askedAt: '2026-05-01T10:00:00.000Z',
};

function show(
  approvals: Approval[],
  options: { denied?: string[]; pipelineRef?: string } = {},
) {
  const { denied, ...of } = options;
  const decideStage = jest.fn(async () => run());
  const onChange = jest.fn();
  renderPage(
    <StageApprovals
      run={run({ status: 'waiting', ...of })}
      stage={runStage({ name: 'train', status: 'waiting', approvals })}
      owner="group:default/ml"
      onChange={onChange}
    />,
    { api: { decideStage }, denied },
  );
  return { decideStage, onChange };
}

describe('StageApprovals', () => {
  it.each(['Continue', 'Stop'] as const)(
    'lets somebody decide to %s, for a reason',
    async label => {
      const { decideStage, onChange } = show([asked]);
      const button = await screen.findByRole('button', { name: 'Decide' });
      await waitFor(() => expect(button).not.toHaveAttribute('aria-disabled'));
      await userEvent.click(button);
      const dialog = await screen.findByRole('dialog');
      expect(dialog).toHaveTextContent('The stage is on hold.');
      const submit = within(dialog).getByRole('button', { name: label });
      expect(submit).toBeDisabled();
      await userEvent.type(within(dialog).getByLabelText(/Reason/), 'looked');
      await userEvent.click(submit);
      await waitFor(() =>
        expect(decideStage).toHaveBeenCalledWith(expect.any(String), 'train', {
          decision: label.toLowerCase(),
          reason: 'looked',
        }),
      );
      expect(onChange).toHaveBeenCalled();
    },
  );

  it('lets nobody decide who may not', async () => {
    show([asked], {
      denied: ['model-ci.stage.decide'],
      // What one may do with a pipeline is remembered for some seconds, also from test to test.
      pipelineRef: 'modelpipeline:default/of-others',
    });
    const button = await screen.findByRole('button', { name: 'Decide' });
    await waitFor(() =>
      expect(button).toHaveAttribute(
        'aria-description',
        expect.stringContaining('do not have permission to decide'),
      ),
    );
  });

  it('shows who decided, and why', async () => {
    show([
      {
        ...asked,
        decision: 'stop',
        by: 'user:default/ann',
        reason: 'worse for small houses',
        decidedAt: '2026-05-01T10:05:00.000Z',
      },
    ]);
    const decision = await screen.findByText(/worse for small houses/);
    expect(decision.parentElement).toHaveTextContent('Stopped');
    expect(screen.getByText('ann')).toBeInTheDocument();
    expect(screen.queryByRole('button')).not.toBeInTheDocument();
  });
});
