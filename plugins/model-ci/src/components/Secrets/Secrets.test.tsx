import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import type { PipelineSecrets } from '@model-ci/backstage-plugin-model-ci-common';
import { PIPELINE } from '../../__testUtils__/fixtures';
import { renderPage } from '../../__testUtils__/renderPage';
import { Secrets } from './Secrets';

const TIMES = {
  createdAt: '2026-05-01T10:01:05.000Z',
  updatedAt: '2026-05-01T10:01:05.000Z',
  updatedBy: 'user:default/ann',
};

function setUp(change: Partial<PipelineSecrets> = {}) {
  const secrets: PipelineSecrets = {
    items: [
      { name: 'HF_TOKEN', scope: 'pipeline', isAllowed: true, ...TIMES },
      {
        name: 'SHARED',
        scope: 'owner',
        owner: 'group:default/ml',
        isAllowed: false,
        ...TIMES,
      },
    ],
    isReady: true,
    canWrite: true,
    canWriteOwner: true,
    owner: 'group:default/ml',
    environments: ['staging'],
    vaults: ['corp'],
    usedBy: {
      HF_TOKEN: { stages: ['train'], serving: true },
      SHARED: { stages: ['test'], serving: false },
    },
    ...change,
  };
  const api = {
    listSecrets: jest.fn(async () => secrets),
    setSecret: jest.fn(async () => {}),
    deleteSecret: jest.fn(async () => {}),
    releaseSecret: jest.fn(async () => {}),
  };
  return {
    api,
    rendered: renderPage(<Secrets pipelineRef={PIPELINE} />, { api }),
  };
}

describe('Secrets', () => {
  it('lists names with who uses them, and what the default branch lacks', async () => {
    const { rendered } = setUp();
    await rendered;
    const row = (await screen.findByText('HF_TOKEN')).closest('tr')!;
    expect(row).toHaveTextContent('This pipeline');
    expect(row).toHaveTextContent('train, the service');
    expect(screen.getByText('SHARED').closest('tr')).toHaveTextContent(
      'Pipelines of group:default/ml · not released for this pipeline',
    );
    expect(screen.getByRole('alert')).toHaveTextContent(
      'SHARED is not set, and test at the default branch asks for it.',
    );
  });

  it('sets a secret for an environment, and asks for the list again', async () => {
    const { api, rendered } = setUp();
    await rendered;
    await userEvent.click(
      await screen.findByRole('button', { name: 'Set a secret' }),
    );
    const dialog = within(screen.getByRole('dialog'));
    await userEvent.type(dialog.getByLabelText(/^Name/), 'API_KEY');
    await userEvent.selectOptions(
      dialog.getByLabelText('For'),
      'Deployments to staging',
    );
    await userEvent.type(dialog.getByLabelText(/^Value/), 'a-long-value');
    await userEvent.click(dialog.getByRole('button', { name: 'Set' }));
    expect(api.setSecret).toHaveBeenCalledWith(PIPELINE, 'API_KEY', {
      scope: 'environment',
      environment: 'staging',
      value: 'a-long-value',
    });
    expect(api.listSecrets.mock.calls.length).toBeGreaterThan(1);
  });

  it('releases a secret of the owner, and deletes one once that is confirmed', async () => {
    const { api, rendered } = setUp();
    await rendered;
    await userEvent.click(
      await screen.findByRole('button', {
        name: 'Release for this pipeline: SHARED',
      }),
    );
    expect(api.releaseSecret).toHaveBeenCalledWith(PIPELINE, 'SHARED', true);
    await userEvent.click(
      screen.getByRole('button', { name: 'Delete: HF_TOKEN' }),
    );
    expect(api.deleteSecret).not.toHaveBeenCalled();
    await userEvent.click(
      within(screen.getByRole('dialog')).getByRole('button', {
        name: 'Delete',
      }),
    );
    expect(api.deleteSecret).toHaveBeenCalledWith(PIPELINE, 'HF_TOKEN', {
      scope: 'pipeline',
    });
  });

  it('offers nothing to who may not write, nor without a key, and says why', async () => {
    const { rendered } = setUp({
      canWrite: false,
      canWriteOwner: false,
      isReady: false,
    });
    await rendered;
    expect(
      await screen.findByText(/has no key to encrypt secrets with/),
    ).toBeVisible();
    expect(screen.getByText(/model-ci\.secret\.write/)).toBeVisible();
    expect(screen.queryByRole('button')).toBeNull();
  });
});
