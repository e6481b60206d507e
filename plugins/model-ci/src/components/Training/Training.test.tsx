import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import type {
  Run,
  RunSeries,
  TrainingCurve,
} from '@model-ci/backstage-plugin-model-ci-common';
import { run, runSummary } from '../../__testUtils__/fixtures';
import { renderPage } from '../../__testUtils__/renderPage';
import { Training } from './Training';

function curve(change: Partial<TrainingCurve> = {}): TrainingCurve {
  return {
    stage: 'train',
    attempt: 1,
    path: 'logs/train.jsonl',
    metric: 'loss',
    running: false,
    count: 3,
    gaps: 1,
    last: { step: 30, value: 0.25 },
    ...change,
  };
}

const POINTS = {
  index: [0, 1, 2],
  step: [10, 20, 30],
  value: [1, null, 0.25],
  epoch: [1, 2, 3],
};

/** Answers points only of what is asked for, as the server does. */
function series(...curves: TrainingCurve[]) {
  return jest.fn(
    async (
      _runId: string,
      query?: { metrics?: string[] },
    ): Promise<RunSeries> => ({
      curves: curves.map(item =>
        query?.metrics?.includes(item.metric)
          ? { ...item, points: POINTS }
          : item,
      ),
      more: false,
    }),
  );
}

const other = runSummary({ id: 'other', number: 7, version: 3 });

function renderTraining(
  getSeries: ReturnType<typeof series>,
  options: {
    path?: string;
    run?: Partial<Run>;
    stages?: string[];
    language?: string;
  } = {},
) {
  const { run: change, stages, ...rest } = options;
  const shown = run({ id: 'own', number: 8, version: undefined, ...change });
  renderPage(<Training run={shown} stages={stages} />, {
    api: { getSeries, listRuns: async () => ({ items: [shown, other] }) },
    ...rest,
  });
}

const location = () => screen.getByTestId('location').textContent;

describe('Training', () => {
  beforeEach(() => {
    // The test's browser has no canvas, and says so at length.
    jest.spyOn(HTMLCanvasElement.prototype, 'getContext').mockReturnValue(null);
  });

  afterEach(() => {
    jest.restoreAllMocks();
  });

  it('leaves out what the stages that are shown did not write', async () => {
    const getSeries = series(
      curve({ instance: 'depth=2' }),
      curve({ instance: 'depth=4', metric: 'val_loss' }),
    );
    renderTraining(getSeries, { stages: ['train[depth=2]'] });
    await screen.findByRole('figure', { name: 'loss' });
    expect(screen.queryByRole('figure', { name: 'val_loss' })).toBeNull();
  });

  it('draws a chart for each metric, with the values of a step', async () => {
    const getSeries = series(curve(), curve({ metric: 'accuracy' }));
    renderTraining(getSeries);
    const chart = await screen.findByRole('figure', { name: 'loss' });
    expect(
      screen.getByRole('figure', { name: 'accuracy' }),
    ).toBeInTheDocument();
    expect(
      within(chart).getByText('1 value is NaN or infinite (✕)'),
    ).toBeInTheDocument();
    const slider = within(chart).getByRole('slider');
    expect(slider).toHaveAttribute(
      'aria-valuetext',
      'Step 30, logs/train.jsonl 0.25',
    );
    fireEvent.change(slider, { target: { value: '0' } });
    expect(within(chart).getByText('Step 10')).toBeInTheDocument();
    expect(getSeries).toHaveBeenLastCalledWith(
      'own',
      { metrics: ['loss', 'accuracy'] },
      expect.anything(),
    );
  });

  it('puts other runs over it, and keeps that in the address', async () => {
    renderTraining(series(curve()));
    await userEvent.selectOptions(
      await screen.findByLabelText('Compare with a run'),
      'other',
    );
    const legend = await screen.findByRole('list', { name: 'Legend' });
    await waitFor(() =>
      expect(
        within(legend)
          .getAllByRole('listitem')
          .map(({ textContent }) => textContent),
      ).toEqual(['Run 8', 'Run 7 (v3)']),
    );
    expect(location()).toContain('with=other');
  });

  it('takes what was chosen from the address, and what is not there as if it was not', async () => {
    renderTraining(series(curve()), {
      path: '/?xaxis=epoch&yaxis=log&smoothing=0.6',
    });
    const chart = await screen.findByRole('figure', { name: 'loss' });
    expect(within(chart).getByRole('slider')).toHaveAttribute(
      'aria-valuetext',
      expect.stringContaining('Epoch 3'),
    );
    expect(screen.getByLabelText('Logarithmic')).toBeChecked();
    expect(screen.getByText('Smoothing 0.60')).toBeInTheDocument();
    const axis = screen.getByLabelText('Horizontal axis');
    expect(
      within(axis)
        .getAllByRole('option')
        .map(({ textContent }) => textContent),
    ).toEqual(['Step', 'Epoch']);
    await userEvent.click(screen.getByLabelText('Logarithmic'));
    expect(location()).not.toContain('yaxis');
  });

  it('finds metrics by their names, and pages through many', async () => {
    renderTraining(
      series(
        ...Array.from({ length: 30 }, (_, at) => curve({ metric: `m${at}` })),
      ),
    );
    expect(await screen.findAllByRole('figure')).toHaveLength(12);
    await userEvent.click(screen.getByRole('button', { name: 'Next' }));
    expect(screen.getByText('Page 2 of 3')).toBeInTheDocument();
    fireEvent.change(screen.getByLabelText('Metrics'), {
      target: { value: 'M29' },
    });
    await waitFor(() =>
      expect(
        screen
          .getAllByRole('figure')
          .map(figure => figure.getAttribute('aria-label')),
      ).toEqual(['m29']),
    );
  });

  it('names instances and files where they differ', async () => {
    renderTraining(
      series(
        curve({ instance: 'depth=1' }),
        curve({ instance: 'depth=2', path: 'b.csv' }),
      ),
    );
    const legend = await screen.findByRole('list', { name: 'Legend' });
    expect(
      within(legend)
        .getAllByRole('listitem')
        .map(({ textContent }) => textContent),
    ).toEqual(['train[depth=1] · logs/train.jsonl', 'train[depth=2] · b.csv']);
  });

  it('says that steps will come, or that there are none', async () => {
    renderTraining(series(), { run: { status: 'running' } });
    expect(
      await screen.findByText(/a few seconds after the stage has written/),
    ).toBeInTheDocument();
  });

  it('shows why curves could not be fetched', async () => {
    const getSeries = series().mockRejectedValue(
      new Error('the portal said no'),
    );
    renderTraining(getSeries);
    expect(await screen.findByText(/the portal said no/)).toBeInTheDocument();
  });

  it('speaks Chinese', async () => {
    renderTraining(series(curve()), { language: 'zh' });
    expect(
      await screen.findByText('1 个值为 NaN 或无穷（✕）'),
    ).toBeInTheDocument();
    expect(screen.getByLabelText('横轴')).toBeInTheDocument();
  });
});
