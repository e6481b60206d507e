import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import {
  quoted,
  type Approval,
  type GateResult,
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
  options: {
    denied?: string[];
    pipelineRef?: string;
    gates?: GateResult[];
  } = {},
) {
  const { denied, gates = [], ...of } = options;
  const decideStage = jest.fn(async () => run());
  const onChange = jest.fn();
  renderPage(
    <StageApprovals
      run={run({ status: 'waiting', ...of })}
      stage={runStage({ name: 'train', status: 'waiting', approvals, gates })}
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

  it('shows what chance leaves open once, with a key to its picture', async () => {
    const open = quoted('accuracy may be worse');
    const demand = { baseline: 'champion', margin: 0.01 };
    show([{ ...asked, question: open }], {
      gates: [
        {
          stage: 'train',
          metric: 'accuracy',
          demand,
          verdict: 'inconclusive',
          reason: open,
          estimate: 0,
          interval: { lower: -0.02, upper: 0.02 },
        },
      ],
    });
    await userEvent.click(
      await screen.findByRole('button', { name: 'Decide' }),
    );
    const dialog = await screen.findByRole('dialog');
    expect(within(dialog).getAllByText('accuracy may be worse')).toHaveLength(
      1,
    );
    expect(dialog).toHaveTextContent('dashed line: limit or margin');
  });

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
