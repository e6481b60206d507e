import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { renderInPortal } from '../testUtils';
import { CopyButton } from './CopyButton';
import { ErrorNotice } from './ErrorNotice';
import { Timestamp } from './Timestamp';

describe('CopyButton', () => {
  it('copies its text and says so', async () => {
    const user = userEvent.setup();
    renderInPortal(
      <CopyButton text="git clone" label="Copy the command" />,
      {},
    );
    await user.click(
      await screen.findByRole('button', { name: 'Copy the command' }),
    );
    expect(await screen.findByText('Copied')).toBeVisible();
  });
});

describe('ErrorNotice', () => {
  it('shows what the server said, in Chinese around it, and tries again', async () => {
    const retry = jest.fn();
    const error = Object.assign(new Error('Request failed with 404'), {
      body: { error: { message: 'No run has this id' } },
    });
    renderInPortal(<ErrorNotice error={error} onRetry={retry} />, {
      language: 'zh',
    });
    expect(await screen.findByText('加载失败')).toBeVisible();
    expect(screen.getByText('No run has this id')).toBeVisible();
    await userEvent.click(screen.getByRole('button', { name: '重试' }));
    expect(retry).toHaveBeenCalledTimes(1);
  });
});

describe('Timestamp', () => {
  it('says how long ago, and when exactly, with the time zone', async () => {
    const time = new Date(Date.now() - 3 * 60_000).toISOString();
    renderInPortal(<Timestamp time={time} />, {});
    expect(await screen.findByText('3 minutes ago')).toHaveAttribute(
      'title',
      expect.stringMatching(/\d{4}.*(UTC|GMT|[A-Z]{3,4})/),
    );
  });

  it.each([
    ['en', 3 * 60 * 60_000 + 1_000, 'in 3 hours'],
    ['zh', 3 * 60 * 60_000 + 1_000, '3小时后'],
    ['en', 40_000, /^in (?:39|40) seconds$/],
    ['en', 3_000, 'now'],
    ['zh', 3_000, '现在'],
  ])('says in %s what is %d ms ahead', async (language, ahead, text) => {
    const time = new Date(Date.now() + ahead).toISOString();
    renderInPortal(<Timestamp time={time} />, { language });
    expect(await screen.findByText(text)).toBeVisible();
  });
});
