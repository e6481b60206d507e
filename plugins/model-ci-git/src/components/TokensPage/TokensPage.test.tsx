import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { renderPage, repository, token } from '../../__testUtils__/renderPage';

const path = '/tokens';

const listRepositories = async ({ q = '' } = {}) => ({
  items: ['house', 'ship']
    .filter(name => name.includes(q))
    .map(each => repository(each)),
});

describe('TokensPage', () => {
  it('makes a token that only reads one repository, and shows what each is good for', async () => {
    const deploy = token('deploy', { scope: 'read', repository: 'ship' });
    const createToken = jest.fn(async () => ({
      ...deploy,
      token: 'mcgit_secret',
    }));
    const listTokens = jest
      .fn()
      .mockResolvedValueOnce([token('laptop')])
      .mockResolvedValue([token('laptop'), deploy]);
    renderPage({ path, api: { listTokens, createToken, listRepositories } });
    expect(await screen.findByText('All repositories')).toBeVisible();
    expect(screen.getByText('Read and write')).toBeVisible();

    await userEvent.click(screen.getByRole('button', { name: 'Create token' }));
    const form = await screen.findByRole('dialog');
    await userEvent.type(within(form).getByLabelText(/Name/), 'deploy');
    await userEvent.selectOptions(
      within(form).getByLabelText('Access'),
      'Read only',
    );
    await userEvent.type(within(form).getByLabelText('Repository'), 'sh');
    expect(within(form).getByRole('button', { name: 'Create' })).toBeDisabled();
    await waitFor(() =>
      expect(
        screen.queryByRole('option', { name: 'house' }),
      ).not.toBeInTheDocument(),
    );
    await userEvent.click(await screen.findByRole('option', { name: 'ship' }));
    expect(within(form).getByLabelText('Repository')).toHaveValue('ship');
    await userEvent.click(within(form).getByRole('button', { name: 'Create' }));

    expect(await screen.findByText(/^git clone .*\/ship\.git$/)).toBeVisible();
    expect(createToken).toHaveBeenCalledWith({
      name: 'deploy',
      expiresInDays: 90,
      scope: 'read',
      repository: 'ship',
    });
    await userEvent.click(screen.getByRole('button', { name: 'Done' }));
    expect(await screen.findByText('Read only')).toBeVisible();
    expect(screen.getByText('ship')).toBeVisible();
  });

  it('makes a token and shows it once', async () => {
    const laptop = token('laptop');
    const createToken = jest.fn(async () => ({
      ...laptop,
      token: 'mcgit_secret',
    }));
    const listTokens = jest
      .fn()
      .mockResolvedValueOnce([])
      .mockResolvedValue([laptop]);
    renderPage({ path, api: { listTokens, createToken, listRepositories } });
    expect(await screen.findByText('No tokens yet')).toBeVisible();

    await userEvent.click(screen.getByRole('button', { name: 'Create token' }));
    const form = await screen.findByRole('dialog');
    expect(within(form).getByRole('button', { name: 'Create' })).toBeDisabled();
    await userEvent.type(within(form).getByLabelText(/Name/), ' laptop ');
    await userEvent.selectOptions(
      within(form).getByLabelText('Expires in'),
      '30 days',
    );
    await userEvent.click(within(form).getByRole('button', { name: 'Create' }));

    expect(await screen.findByText('mcgit_secret')).toBeVisible();
    expect(
      await screen.findByText(
        /^git clone http.*\/api\/model-ci-git\/NAME\.git$/,
      ),
    ).toBeVisible();
    expect(createToken).toHaveBeenCalledWith({
      name: 'laptop',
      expiresInDays: 30,
      scope: 'write',
    });
    await userEvent.keyboard('{Escape}');
    expect(screen.getByText('mcgit_secret')).toBeVisible();
    await userEvent.click(screen.getByRole('button', { name: 'Done' }));
    await waitFor(() =>
      expect(screen.queryByText('mcgit_secret')).not.toBeInTheDocument(),
    );
    expect(await screen.findByText('laptop')).toBeVisible();
    expect(screen.getByText('Never')).toBeVisible();
  });

  it('says why a token could not be made, and keeps what was typed', async () => {
    renderPage({
      path,
      api: {
        listTokens: async () => [],
        listRepositories,
        createToken: async () => {
          throw new Error('You have 50 tokens already');
        },
      },
    });
    await userEvent.click(
      await screen.findByRole('button', { name: 'Create token' }),
    );
    await userEvent.type(await screen.findByLabelText(/Name/), 'x{Enter}');
    expect(await screen.findByText('You have 50 tokens already')).toBeVisible();
    expect(screen.getByLabelText(/Name/)).toHaveValue('x');
  });

  it('revokes a token only after asking', async () => {
    const revokeToken = jest.fn(async () => {});
    const listTokens = jest
      .fn()
      .mockResolvedValueOnce([
        token('old', { expiresAt: '2020-01-01T00:00:00.000Z' }),
        token('laptop'),
      ])
      .mockResolvedValue([token('laptop')]);
    renderPage({ path, api: { listTokens, revokeToken } });
    expect(await screen.findByText('Expired')).toBeVisible();
    await userEvent.click(screen.getByRole('button', { name: 'Revoke old' }));
    await userEvent.click(screen.getByRole('button', { name: 'Cancel' }));
    expect(revokeToken).not.toHaveBeenCalled();
    await waitFor(() =>
      expect(screen.queryByRole('dialog')).not.toBeInTheDocument(),
    );
    await userEvent.click(screen.getByRole('button', { name: 'Revoke old' }));
    await userEvent.click(screen.getByRole('button', { name: 'Revoke' }));
    await waitFor(() =>
      expect(screen.queryByText('old')).not.toBeInTheDocument(),
    );
    expect(revokeToken).toHaveBeenCalledWith('id-old');
  });
});
