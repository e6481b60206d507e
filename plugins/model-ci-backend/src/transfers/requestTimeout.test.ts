import { ConfigReader } from '@backstage/config';
import { warnOfRequestTimeout } from './config';

describe('the time limit of requests', () => {
  it('is named with its key where nobody has set it', () => {
    expect(warnOfRequestTimeout(new ConfigReader({}))).toContain(
      'backend.server.requestTimeout',
    );
  });

  it('is nothing to speak of where somebody has', () => {
    const server = { requestTimeout: { hours: 1 } };
    expect(
      warnOfRequestTimeout(new ConfigReader({ backend: { server } })),
    ).toBeUndefined();
  });
});
