import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import type { PipelineCache } from '@model-ci/backstage-plugin-model-ci-common';
import { PIPELINE } from '../../__testUtils__/fixtures';
import { renderPage } from '../../__testUtils__/renderPage';
import { Caches } from './Caches';

const CACHE: PipelineCache = {
  id: 'c1',
  name: 'wheels',
  branch: 'main',
  size: 3 * 1024 * 1024,
  runId: 'r7',
  runNumber: 7,
  createdAt: '2026-05-01T10:01:05.000Z',
};

describe('Caches', () => {
  it('lists what is kept, and clears all of it', async () => {
    let caches = [CACHE];
    const api = {
      listCaches: jest.fn(async () => caches),
      clearCaches: jest.fn(async () => {
        caches = [];
      }),
    };
    await renderPage(<Caches pipelineRef={PIPELINE} />, { api });
    const row = (await screen.findByText('wheels')).closest('tr');
    expect(row).toHaveTextContent('main');
    expect(row).toHaveTextContent('3 MiB');
    expect(row).toHaveTextContent('#7');

    await userEvent.click(screen.getByRole('button', { name: 'Clear caches' }));
    expect(api.clearCaches).toHaveBeenCalledWith(PIPELINE);
    expect(await screen.findByText('No caches')).toBeVisible();
    expect(screen.queryByRole('button', { name: 'Clear caches' })).toBeNull();
  });
});
