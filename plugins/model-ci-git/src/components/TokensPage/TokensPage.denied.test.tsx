import { screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { renderPage } from '../../__testUtils__/renderPage';

const path = '/tokens';

// In a file of its own: what a user may do is remembered from one test of a file to the next.
describe('TokensPage', () => {
  it('shows a user who may not make tokens why', async () => {
    renderPage({
      path,
      api: { listTokens: async () => [] },
      denied: ['model-ci-git.token.create'],
    });
    // The button is drawn anew when the answer about the permission arrives.
    const find = () => screen.findByRole('button', { name: 'Create token' });
    await waitFor(async () =>
      expect(await find()).toHaveAttribute(
        'aria-description',
        expect.stringContaining('model-ci-git.token.create'),
      ),
    );
    await userEvent.click(await find());
    expect(screen.queryByRole('dialog')).not.toBeInTheDocument();
  });
});
