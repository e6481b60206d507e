import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { renderInPortal } from '../testUtils';
import { FrameProvider, PluginFrame, type Frame } from './PluginFrame';

function renderFrame(frame: Frame, options: { pageTitle?: string } = {}) {
  return renderInPortal(
    <FrameProvider value={frame}>
      <PluginFrame
        title="Git"
        icon={<span />}
        tabs={[
          { id: 'repositories', label: 'Repositories', href: '/git' },
          { id: 'tokens', label: 'Tokens', href: '/git/tokens' },
        ]}
        {...options}
      >
        <p>The content</p>
      </PluginFrame>
    </FrameProvider>,
    { path: '/git' },
  );
}

describe('PluginFrame', () => {
  it("names the browser's tab after the page", async () => {
    const { unmount } = renderFrame('new', { pageTitle: 'house-price' });
    expect(await screen.findByText('The content')).toBeVisible();
    expect(document.title).toBe('house-price | Git | Portal');
    unmount();
    expect(document.title).toBe('Portal');
  });

  it.each(['new', 'legacy'] as const)(
    'leads from tab to tab in the %s frontend system',
    async frame => {
      renderFrame(frame);
      expect(await screen.findByText('The content')).toBeVisible();
      expect(screen.getByRole('tab', { name: 'Repositories' })).toHaveAttribute(
        'aria-selected',
        'true',
      );
      await userEvent.click(screen.getByRole('tab', { name: 'Tokens' }));
      expect(screen.getByTestId('location')).toHaveTextContent('/git/tokens');
      expect(screen.getByRole('tab', { name: 'Tokens' })).toHaveAttribute(
        'aria-selected',
        'true',
      );
    },
  );

  it.each(['new', 'legacy'] as const)(
    'leads from a page below the tabs back to the start in the %s frontend system',
    async frame => {
      renderFrame(frame, { pageTitle: 'house-price' });
      expect(await screen.findByText('The content')).toBeVisible();
      expect(screen.queryByRole('tab')).not.toBeInTheDocument();
      expect(screen.getAllByText('house-price')[0]).toBeVisible();
      expect(screen.getAllByRole('link', { name: 'Git' })[0]).toHaveAttribute(
        'href',
        '/git',
      );
    },
  );
});
