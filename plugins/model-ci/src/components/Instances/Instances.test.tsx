import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import type {
  ParityResult,
  RunStageInstance,
} from '@model-ci/backstage-plugin-model-ci-common';
import { renderPage } from '../../__testUtils__/renderPage';
import { axisOf } from './coordinates';
import { InstancesView } from './InstancesView';

const execution = {
  status: 'succeeded' as const,
  attempts: [],
  gates: [],
  artifacts: [],
  reports: [],
  approvals: [],
};

function instance(
  rate: number,
  depth: number,
  more: Partial<RunStageInstance> = {},
): RunStageInstance {
  return {
    ...execution,
    key: `rate=${rate},depth=${depth}`,
    parameters: { rate, depth },
    metrics: [{ metric: 'rmse', value: rate + depth }],
    ...more,
  };
}

const PARITY: ParityResult = {
  reference: 'a',
  environments: [
    { name: 'a', floor: { compared: 2, unmatched: 0, d: 0.5, changed: 0.5 } },
    { name: 'b', floor: { compared: 2, unmatched: 0, d: 0, changed: 0 } },
  ],
  pairs: [
    {
      a: 'a',
      b: 'b',
      figures: { compared: 2, unmatched: 0, d: 0.25, changed: 1 },
    },
  ],
  differing: [
    {
      environment: 'b',
      id: 'e1',
      text: 'Two rooms',
      reference: 2.5,
      prediction: 3,
      difference: 0.5,
    },
  ],
};

function renderView(props: Partial<Parameters<typeof InstancesView>[0]>) {
  const onSelect = jest.fn();
  renderPage(
    <InstancesView
      pipelineRef="modelpipeline:default/p"
      stage="train"
      instances={[instance(1, 4), instance(2, 8, { selected: true })]}
      onSelect={onSelect}
      {...props}
    />,
    {
      api: {
        findParity: async () => ({
          stages: ['train'],
          history: [
            {
              environment: 'b',
              metric: 'parity.d',
              points: [
                { runId: 'r', runNumber: 7, version: 3, at: '', value: 0.25 },
              ],
            },
          ],
        }),
      },
    },
  );
  return { onSelect };
}

describe('InstancesView', () => {
  it('lists each instance with its parameters and metrics, and opens it', async () => {
    const { onSelect } = renderView({});
    const table = await screen.findByRole('table', { name: /Executions/ });
    expect(within(table).getByText('Selected')).toBeInTheDocument();
    expect(within(table).getByText('10')).toBeInTheDocument();
    await userEvent.click(
      within(table).getByRole('button', { name: 'rate=1,depth=4' }),
    );
    expect(onSelect).toHaveBeenCalledWith('rate=1,depth=4');
  });

  it('writes the values of the axes over the lines', async () => {
    renderView({});
    const plot = await screen.findByRole('group', { name: /Parallel/ });
    const texts = [...plot.querySelectorAll('polyline, text')].map(
      element => element.textContent,
    );
    expect(texts.slice(-6)).toEqual(['1', '2', '4', '8', '5', '10']);
  });

  it('draws a line for each, which the keyboard opens, too', async () => {
    const { onSelect } = renderView({});
    const line = await screen.findByRole('button', {
      name: 'rate=2,depth=8: rmse 10',
    });
    line.focus();
    await userEvent.keyboard('{Enter}');
    expect(onSelect).toHaveBeenCalledWith('rate=2,depth=8');
  });

  it('shows each two environments beside the noise, and what differs most', async () => {
    renderView({
      instances: [],
      conclusion: { parity: PARITY },
    });
    const matrix = await screen.findByRole('table', { name: /How far/ });
    expect(within(matrix).getAllByText('0.25')).toHaveLength(2);
    expect(within(matrix).getAllByText('within the noise')).toHaveLength(2);
    expect(screen.getByText('e1')).toBeInTheDocument();
    expect(screen.getByText('Two rooms')).toBeInTheDocument();
    expect(
      await screen.findByRole('link', { name: 'b, version 3, run 7: 0.25' }),
    ).toBeInTheDocument();
    expect(screen.getByText('#7')).toBeInTheDocument();
    await userEvent.selectOptions(screen.getByLabelText('Figure'), 'changed');
    expect(within(matrix).getAllByText('above the noise')).toHaveLength(2);
  });

  it('offers no choice and no difference where predictions are labels', async () => {
    const figures = { compared: 2, unmatched: 0, changed: 0.5 };
    const labels = {
      environment: 'b',
      id: 'e1',
      reference: 'x',
      prediction: 'y',
    };
    renderView({
      instances: [],
      conclusion: {
        parity: {
          reference: 'a',
          environments: [{ name: 'a' }, { name: 'b' }],
          pairs: [{ a: 'a', b: 'b', figures }],
          differing: [labels],
        },
      },
    });
    expect(
      await screen.findByText('share of changed predictions'),
    ).toBeInTheDocument();
    expect(screen.queryByLabelText('Figure')).not.toBeInTheDocument();
    expect(screen.getByText('y')).toBeInTheDocument();
    expect(screen.queryByText('Difference')).not.toBeInTheDocument();
  });
});

describe('axisOf', () => {
  it('places numbers by their distance, or by their magnitude', () => {
    expect(axisOf('a', [0, 5, 10]).place(5)).toBe(0.5);
    expect(axisOf('a', [0.001, 0.01, 0.1]).place(0.01)).toBeCloseTo(0.5);
    expect(axisOf('a', [3]).place(3)).toBe(0.5);
    expect(axisOf('a', ['x', 'y', 'z']).place('z')).toBe(1);
    expect(axisOf('a', ['x']).place('q')).toBeUndefined();
  });
});
