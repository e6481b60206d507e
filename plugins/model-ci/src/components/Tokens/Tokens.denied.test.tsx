import { screen } from '@testing-library/react';
import { pipeline } from '../../__testUtils__/fixtures';
import { renderPage } from '../../__testUtils__/renderPage';
import { Tokens } from './Tokens';

// In a file of its own: the permission plugin remembers decisions for as long as a page is open.
describe('Tokens for a user who may not manage them', () => {
  it('say which permission is needed instead of asking for what is refused', async () => {
    const api = {
      getPipeline: jest.fn(async () => ({ ...pipeline() } as never)),
      listTokens: jest.fn(async () => []),
    };
    renderPage(<Tokens pipelineRef="modelpipeline:default/house-price" />, {
      api,
      denied: ['model-ci.token.manage'],
    });
    expect(
      await screen.findByText('You cannot see the tokens of this pipeline'),
    ).toBeVisible();
    expect(screen.getByText(/“model-ci.token.manage”/)).toBeVisible();
    expect(api.listTokens).not.toHaveBeenCalled();
  });
});
