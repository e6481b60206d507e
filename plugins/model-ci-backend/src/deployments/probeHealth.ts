import { request } from 'node:http';
import {
  reason,
  type Reason,
} from '@model-ci/backstage-plugin-model-ci-common';

export type Probe = { healthy: true } | { healthy: false; reason: Reason };

/**
 * Asks a service whether it can take predictions: `GET path` must answer 200. The path comes from a
 * model repository, so it is never resolved as a URL: it cannot lead to another host.
 */
export function probeHealth(options: {
  url: string;
  path: string;
  timeout: number;
}): Promise<Probe> {
  const { url, path, timeout } = options;
  return new Promise(resolve => {
    const fail = (why: Reason) => resolve({ healthy: false, reason: why });
    try {
      const { hostname, port } = new URL(url);
      const call = request({
        host: hostname,
        port,
        path,
        agent: false,
        signal: AbortSignal.timeout(timeout),
      });
      call.on('response', response => {
        response.on('error', () => {});
        call.destroy();
        if (response.statusCode === 200) {
          resolve({ healthy: true });
        } else {
          fail(
            reason('probe.status', { path, status: response.statusCode ?? 0 }),
          );
        }
      });
      call.on('error', error =>
        fail(
          error.name === 'AbortError'
            ? reason('probe.timeout', {
                path,
                limit: { seconds: timeout / 1000 },
              })
            : reason('probe.failed', { path, error: error.message }),
        ),
      );
      call.end();
    } catch (error) {
      fail(reason('probe.failed', { path, error: String(error) }));
    }
  });
}
