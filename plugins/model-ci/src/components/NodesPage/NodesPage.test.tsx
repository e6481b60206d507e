import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import {
  type PageQuery,
  quoted,
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
