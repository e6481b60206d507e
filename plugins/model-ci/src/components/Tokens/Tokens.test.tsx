import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import type { MachineToken } from '@model-ci/backstage-plugin-model-ci-common';
import { pipeline } from '../../__testUtils__/fixtures';
import { renderPage } from '../../__testUtils__/renderPage';
import { Tokens } from './Tokens';

const REF = 'modelpipeline:default/house-price';
const SECRET = 'mci_0123456789abcdef_secret';
const token: MachineToken = {
  id: 't1',
  name: 'Jenkins',
  actions: ['report', 'gate'],
  pipelineRefs: [REF, 'modelpipeline:default/other'],
  createdBy: 'user:default/ann',
  createdAt: '2026-01-01T00:00:00.000Z',
  expiresAt: '2026-02-01T00:00:00.000Z',
};

function setUp(items: MachineToken[]) {
  const api = {
    getPipeline: jest.fn(async () => ({ ...pipeline(), history: [] } as never)),
    listTokens: jest.fn(async () => items),
    createToken: jest.fn(async () => ({ ...token, token: SECRET })),
    revokeToken: jest.fn(async () => {}),
  };
  renderPage(<Tokens pipelineRef={REF} />, { api });
  return api;
}

describe('Tokens', () => {
  it('shows what each token may do, for whom, and that it has expired', async () => {
    setUp([token]);
    const row = (await screen.findByText('Jenkins')).closest('tr')!;
    expect(row).toHaveTextContent('Report, Gates');
    expect(row).toHaveTextContent('Also for modelpipeline:default/other');
    expect(row).toHaveTextContent('Never');
    expect(row).toHaveTextContent('Expired');
  });

  it('makes a token for the chosen actions and shows it once', async () => {
    const user = userEvent.setup();
    const api = setUp([]);
    await user.click(await screen.findByText('Create token'));
    const dialog = await screen.findByRole('dialog');
    await user.type(within(dialog).getByLabelText(/Name/), ' Travis ');
    await user.click(within(dialog).getByLabelText('Upload artifacts'));
    await user.click(within(dialog).getByText('Create'));
    expect(await screen.findByText(SECRET)).toBeVisible();
    expect(api.createToken).toHaveBeenCalledWith(REF, {
      name: 'Travis',
      actions: ['report', 'gate'],
      expiresInDays: 90,
    });
    await user.click(screen.getByText('Done'));
    await waitFor(() =>
      expect(screen.queryByText(SECRET)).not.toBeInTheDocument(),
    );
  });

  it('revokes a token once that is confirmed', async () => {
    const user = userEvent.setup();
    const api = setUp([token]);
    await user.click(await screen.findByLabelText('Revoke Jenkins'));
    expect(api.revokeToken).not.toHaveBeenCalled();
    const dialog = await screen.findByRole('dialog');
    await user.click(within(dialog).getByText('Revoke'));
    await waitFor(() =>
      expect(api.revokeToken).toHaveBeenCalledWith(REF, 't1'),
    );
  });
});
