import { render, screen } from '@testing-library/react';
import App from './App';

describe('App', () => {
  it('offers to sign in', async () => {
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
    render(App.createRoot());
    expect(
      await screen.findByText('Guest', {}, { timeout: 20_000 }),
    ).toBeInTheDocument();
  }, 30_000);
});
