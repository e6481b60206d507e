import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import {
  type ComputeNode,
  type PageQuery,
  quoted,
  reason,
} from '@model-ci/backstage-plugin-model-ci-common';
import { PIPELINE } from '../../__testUtils__/fixtures';
import { renderPage } from '../../__testUtils__/renderPage';
import { NodesPage } from './NodesPage';

const GIB = 1024 ** 3;

describe('NodesPage', () => {
  it('shows what each node has, what is reserved, and what is wrong with it', async () => {
    renderPage(<NodesPage />, {
      api: {
        listNodes: async () => [
          {
            name: 'gpu-01',
            executor: 'docker',
            health: 'unreachable',
            message: 'Start the Docker Engine on 10.0.0.5',
            labels: { gpu: 'a100' },
            capacity: { cpus: 8, memoryBytes: 32 * GIB, gpus: 2 },
            reserved: { cpus: 2, memoryBytes: 8 * GIB, gpus: 2 },
            running: 3,
          },
        ],
        listQueue: async () => ({
          items: [
            {
              runId: 'run-7',
              runNumber: 7,
              pipelineRef: PIPELINE,
              stage: 'train',
              executor: 'docker',
              since: new Date().toISOString(),
              ahead: 2,
              reason: quoted(
                'gpu-01 has too little free: 2 GPUs needed, 1 free',
              ),
            },
          ],
        }),
      },
    });
    const row = (await screen.findByText('gpu-01')).closest('tr')!;
    expect(within(row).getByText('Unreachable')).toBeInTheDocument();
    expect(
      within(row).getByText('Start the Docker Engine on 10.0.0.5'),
    ).toBeInTheDocument();
    expect(within(row).getByText('8 GiB of 32 GiB')).toBeInTheDocument();
    expect(
      within(row).getByRole('progressbar', {
        name: 'GPUs of gpu-01: 2 of 2 reserved',
      }),
    ).toHaveAttribute('aria-valuenow', '100');
    expect(within(row).getByText('gpu=a100')).toBeInTheDocument();

    const waiting = (
      await screen.findByText(
        'gpu-01 has too little free: 2 GPUs needed, 1 free',
      )
    ).closest('tr')!;
    expect(within(waiting).getByText('3')).toBeInTheDocument();
    expect(within(waiting).getByText('#7')).toHaveAttribute(
      'href',
      '/model-ci/runs/run-7',
    );
  });

  const node: ComputeNode = {
    name: 'gpu-01',
    executor: 'docker',
    health: 'healthy',
    labels: {},
    capacity: { cpus: 8, memoryBytes: 32 * GIB, gpus: 2 },
    reserved: { cpus: 0, memoryBytes: 0, gpus: 0 },
    running: 1,
  };

  it('shows of a cluster what is reserved in all, and what one stage may ask for', async () => {
    renderPage(<NodesPage />, {
      api: {
        listNodes: async () => [
          {
            name: 'gpu-cluster',
            executor: 'kubernetes',
            scheduling: 'cluster',
            health: 'healthy',
            labels: {},
            capacity: { cpus: 8, memoryBytes: 32 * GIB, gpus: 2 },
            reserved: { cpus: 24, memoryBytes: 96 * GIB, gpus: 6 },
            running: 3,
          },
        ],
        listQueue: async () => ({ items: [] }),
      },
    });
    const row = (await screen.findByText('gpu-cluster')).closest('tr')!;
    expect(within(row).getByText('24 reserved')).toBeInTheDocument();
    expect(within(row).getByText('up to 8 per stage')).toBeInTheDocument();
    expect(within(row).getByText('96 GiB reserved')).toBeInTheDocument();
    expect(within(row).queryByRole('progressbar')).not.toBeInTheDocument();
  });

  it('drains a node with a reason and a deadline', async () => {
    const drainNode = jest.fn(async () => node);
    renderPage(<NodesPage />, {
      api: {
        listNodes: async () => [node],
        listQueue: async () => ({ items: [] }),
        drainNode,
      },
    });
    await userEvent.click(
      await screen.findByRole('button', { name: 'Cordon or drain gpu-01' }),
    );
    const drain = screen.getByRole('button', { name: 'Drain' });
    expect(drain).toBeDisabled();
    await userEvent.type(
      screen.getByRole('textbox', { name: /^Reason/ }),
      'new driver',
    );
    expect(drain).toBeEnabled();
    const minutes = screen.getByRole('textbox', { name: /^Minutes until/ });
    for (const slip of ['-5', 'soon', '1.5', '44641']) {
      await userEvent.clear(minutes);
      await userEvent.type(minutes, slip);
      expect(drain).toBeDisabled();
      expect(screen.getByText(/^Must be a whole number/)).toBeVisible();
    }
    await userEvent.clear(minutes);
    await userEvent.type(minutes, '30');
    await userEvent.click(screen.getByRole('button', { name: 'Drain' }));
    await waitFor(() =>
      expect(drainNode).toHaveBeenCalledWith('gpu-01', {
        reason: 'new driver',
        timeoutSeconds: 1800,
      }),
    );
  });

  it('shows who drains a node and why, what keeps it from being empty, and opens it again', async () => {
    const uncordonNode = jest.fn(async () => node);
    const drained: ComputeNode = {
      ...node,
      cordon: {
        at: new Date().toISOString(),
        by: 'user:default/ops',
        reason: 'new driver',
        drain: {},
      },
      keptBy: [reason('node.keepsAttempts', { count: 1 })],
    };
    renderPage(<NodesPage />, {
      api: {
        listNodes: async () => [drained],
        listQueue: async () => ({ items: [] }),
        uncordonNode,
      },
    });
    const row = (await screen.findByText('gpu-01')).closest('tr')!;
    expect(within(row).getByText('Draining')).toBeInTheDocument();
    expect(within(row).getByText(/new driver/)).toBeInTheDocument();
    expect(
      within(row).getByText('1 stage still runs here'),
    ).toBeInTheDocument();
    await userEvent.click(
      screen.getByRole('button', { name: 'Uncordon gpu-01' }),
    );
    await userEvent.type(
      screen.getByRole('textbox', { name: /^Reason/ }),
      'done',
    );
    await userEvent.click(screen.getByRole('button', { name: 'Uncordon' }));
    await waitFor(() =>
      expect(uncordonNode).toHaveBeenCalledWith('gpu-01', { reason: 'done' }),
    );
  });

  it('says what to do when there are no nodes, and that nothing waits', async () => {
    renderPage(<NodesPage />, {
      api: {
        listNodes: async () => [],
        listQueue: async () => ({ items: [] }),
      },
    });
    expect(await screen.findByText('No nodes')).toBeInTheDocument();
    expect(await screen.findByText(/The queue is empty/)).toBeInTheDocument();
  });

  it('shows one part when the other cannot be read', async () => {
    renderPage(<NodesPage />, {
      api: {
        listNodes: async () => {
          throw new Error('You may not see nodes');
        },
        listQueue: async () => ({ items: [] }),
      },
    });
    expect(
      await screen.findByText('You may not see nodes'),
    ).toBeInTheDocument();
    expect(await screen.findByText(/The queue is empty/)).toBeInTheDocument();
  });

  it('shows the queue page by page', async () => {
    const entry = (stage: string) => ({
      runId: 'run-7',
      runNumber: 7,
      pipelineRef: PIPELINE,
      stage,
      executor: 'docker',
      since: new Date().toISOString(),
      ahead: 0,
      reason: quoted('no room'),
    });
    const listQueue = jest.fn(async ({ cursor }: PageQuery = {}) =>
      cursor === 'c2'
        ? { items: [entry('later')] }
        : { items: [entry('first')], nextCursor: 'c2' },
    );
    renderPage(<NodesPage />, {
      api: { listNodes: async () => [], listQueue },
    });
    expect(await screen.findByText('first')).toBeInTheDocument();
    await userEvent.click(screen.getByRole('button', { name: 'Next page' }));
    expect(await screen.findByText('later')).toBeInTheDocument();
    expect(screen.queryByText('first')).not.toBeInTheDocument();
    expect(listQueue.mock.calls.map(([query]) => query?.limit)).toEqual([
      50, 50,
    ]);
  });
});
