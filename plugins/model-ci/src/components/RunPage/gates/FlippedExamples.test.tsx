import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import {
  quoted,
  type GateExamples,
  type GateResult,
} from '@model-ci/backstage-plugin-model-ci-common';
import { renderPage } from '../../../__testUtils__/renderPage';
import { FlippedExamples } from './FlippedExamples';
import { GatesTable } from './GatesTable';

const GATE: GateResult = {
  stage: 'test',
  metric: 'accuracy',
  slice: 'size=odd',
  demand: { baseline: 'champion', margin: 0.01 },
  verdict: 'inconclusive',
  reason: quoted('It may be worse.'),
  examplesDigest: 'sha256:now',
  baseline: { name: 'champion', version: 3, examplesDigest: 'sha256:before' },
};
const EXAMPLES: GateExamples = {
  baseline: { name: 'champion', version: 3 },
  metric: 'accuracy',
  higherIsBetter: true,
  total: 26,
  items: [
    {
      id: 'e7',
      change: -1,
      baseline: { prediction: 'cat', target: 'cat', score: 1, slices: {} },
      candidate: { prediction: '<b>dog</b>', score: 0, slices: {} },
    },
  ],
  nextCursor: 'next',
};

function setUp(gate: Partial<GateResult> = {}) {
  const api = { getGateExamples: jest.fn(async () => EXAMPLES) };
  renderPage(
    <FlippedExamples
      gate={{ ...GATE, ...gate }}
      of={{ runId: 'run-1', evidence: 'sha256:seen' }}
    />,
    { api },
  );
  return api;
}

describe('FlippedExamples', () => {
  it('asks for the examples of the gate and its evidence, page by page', async () => {
    const { getGateExamples } = setUp();
    expect(getGateExamples).not.toHaveBeenCalled();
    await userEvent.click(
      await screen.findByRole('button', { name: /Show the examples/ }),
    );
    expect(
      await screen.findByText('26 examples changed, worst first'),
    ).toBeInTheDocument();
    expect(screen.getByText('champion, version 3')).toBeInTheDocument();
    expect(screen.getByText('<b>dog</b>')).toBeInTheDocument();
    await userEvent.click(screen.getByRole('button', { name: /Next/ }));
    expect(getGateExamples).toHaveBeenLastCalledWith(
      'run-1',
      'test',
      {
        metric: 'accuracy',
        dataset: undefined,
        slice: 'size=odd',
        evidence: 'sha256:seen',
        cursor: 'next',
      },
      expect.anything(),
    );
  });

  it('has the whole width of the table of gates', async () => {
    renderPage(<GatesTable gates={[GATE]} of={{ runId: 'run-1' }} />, {
      api: { getGateExamples: async () => EXAMPLES },
    });
    await userEvent.click(
      await screen.findByRole('button', { name: /Show the examples/ }),
    );
    const examples = await screen.findByRole('table', { name: /Examples/ });
    const gates = screen.getByRole('table', { name: 'Gates of this stage' });
    const columns = within(gates).getAllByRole('row')[0].children;
    expect(examples.closest('td')).toHaveAttribute(
      'colspan',
      String(columns.length),
    );
  });

  it('offers nothing where no examples were compared', () => {
    setUp({ baseline: { name: 'champion' } });
    expect(screen.queryByRole('button')).not.toBeInTheDocument();
  });
});
