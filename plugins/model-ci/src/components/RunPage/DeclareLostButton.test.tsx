import { screen } from '@testing-library/react';
import { runStage } from '../../__testUtils__/fixtures';
import { renderPage } from '../../__testUtils__/renderPage';
import { DeclareLostButton } from './AttemptPhase';

// In a file of its own: what one may do is remembered from test to test.
describe('DeclareLostButton', () => {
  const [attempt] = runStage({ status: 'running' }).attempts;
  const name = 'Declare attempt 1 of stage train lost';

  it('is there for administrators only', async () => {
    renderPage(
      <>
        <DeclareLostButton
          stage="train"
          attempt={attempt}
          onChange={() => {}}
        />
        <p>shown</p>
      </>,
      { api: {}, denied: ['model-ci.administer'] },
    );
    expect(await screen.findByText('shown')).toBeInTheDocument();
    expect(screen.queryByRole('button', { name })).not.toBeInTheDocument();
  });
});
