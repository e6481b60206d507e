import { render, screen, waitFor } from '@testing-library/react';
import App from './App';

describe('App', () => {
  const asked: string[] = [];

  beforeEach(() => {
    global.fetch = jest.fn(async url => {
      asked.push(String(url));
      return Response.json(
        { error: { name: 'NotAllowedError' } },
        { status: 401 },
      );
    });
    // The app reads its configuration from here; as an object, which the type of an environment does not know.
    Object.defineProperty(process, 'env', {
      value: {
        NODE_ENV: 'test',
        APP_CONFIG: [
          {
            context: 'test',
            data: {
              app: { title: 'Model CI', baseUrl: 'http://localhost:3000' },
              backend: { baseUrl: 'http://localhost:7007' },
              auth: { providers: { guest: {} } },
            },
          },
        ],
      },
    });
  });

  it('signs guests in without a click, and says where that is not allowed', async () => {
    render(App.createRoot());
    await waitFor(
      () =>
        expect(asked).toContain('http://localhost:7007/api/auth/guest/refresh'),
      { timeout: 20_000 },
    );
    expect(
      await screen.findByText(/do not appear to be signed in/),
    ).toBeInTheDocument();
  }, 30_000);
});
