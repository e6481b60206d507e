import { screen } from '@testing-library/react';
import {
  reason,
  type GpuUsage,
  type RunGpus,
} from '@model-ci/backstage-plugin-model-ci-common';
import { run } from '../../__testUtils__/fixtures';
import { renderPage } from '../../__testUtils__/renderPage';
import { formatEnergy } from './formatEnergy';
import { GpuFacts } from './GpuFacts';
import { StageGpus } from './StageGpus';

const GIB = 2 ** 30;
const usage: GpuUsage = {
  stage: 'train',
  attempt: 1,
  running: false,
  device: 'GPU-ab6a',
  model: 'NVIDIA H200',
  driver: '580.159.04',
  memoryBytes: 140 * GIB,
  seconds: 90,
  idleSeconds: 60,
  utilization: 0.31,
  peakMemoryBytes: 80 * GIB,
  energy: { joules: 14_375, isEstimate: false },
  remark: reason('gpu.idle', { time: { seconds: 60 }, of: { seconds: 90 } }),
  points: {
    seconds: [0, 45],
    utilization: [0, 0.93],
    memoryBytes: [0, 80 * GIB],
    watts: [76, 692],
  },
};

const gpus: RunGpus = {
  usages: [usage, { ...usage, attempt: 2, device: 'GPU-other' }],
  total: {
    models: ['NVIDIA H200'],
    gpuSeconds: 5400,
    energy: { joules: 3_600_000, isEstimate: true },
  },
};

describe('the GPUs of a stage', () => {
  it('show what each device of the attempt did, and point out an idle one', async () => {
    renderPage(<StageGpus run={run()} stage="train" attempt={1} />, {
      api: { getGpus: async () => gpus },
    });
    expect(await screen.findByText('NVIDIA H200')).toBeInTheDocument();
    expect(
      screen.getByText('GPU-ab6a · Driver 580.159.04 · Measured for 1 m 30 s'),
    ).toBeInTheDocument();
    expect(screen.queryByText(/GPU-other/)).not.toBeInTheDocument();
    expect(
      screen.getAllByRole('img').map(img => img.getAttribute('aria-label')),
    ).toEqual([
      'Utilization: 31\u00a0% on average',
      'Memory: Peak 80 GiB of 140 GiB',
      'Power: 14.4 kJ',
    ]);
    expect(screen.getByRole('alert')).toHaveTextContent(
      'The GPU was idle for 1 minute of 1 minute 30 seconds',
    );
  });

  it('say so where nothing was recorded', async () => {
    renderPage(<StageGpus run={run()} stage="test" attempt={1} />, {
      api: { getGpus: async () => gpus },
    });
    expect(await screen.findByText('Nothing recorded')).toBeInTheDocument();
  });

  it('say so where they are not among those that are listed', async () => {
    renderPage(<StageGpus run={run()} stage="test" attempt={1} />, {
      api: { getGpus: async () => ({ ...gpus, omitted: 7 }) },
    });
    expect(
      await screen.findByText(/more GPUs than are listed; 7 are left out/),
    ).toBeInTheDocument();
  });
});

describe('the GPUs of a run', () => {
  it('show their time and energy, and what is an estimate', async () => {
    renderPage(<GpuFacts runId="run-7" isRunning={false} />, {
      api: { getGpus: async () => gpus },
    });
    expect(
      await screen.findByText('NVIDIA H200 · 1 h 30 m'),
    ).toBeInTheDocument();
    expect(screen.getByText('3.6 MJ (1 kWh), estimated')).toBeInTheDocument();
  });
});

describe('formatEnergy', () => {
  it.each([
    [0, '0 J'],
    [999, '999 J'],
    [14_375, '14.4 kJ'],
    [36_000_000, '36 MJ (10 kWh)'],
  ])('writes %d joules as %s', (joules, text) => {
    expect(formatEnergy(joules, 'en')).toBe(text);
  });
});
