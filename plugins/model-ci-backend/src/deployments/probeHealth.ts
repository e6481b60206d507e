import { request } from 'node:http';

export type Probe = { healthy: true } | { healthy: false; message: string };

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
    const fail = (message: string) =>
      resolve({ healthy: false, message: `GET ${path} ${message}` });
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
          fail(`answered ${response.statusCode}`);
        }
      });
      call.on('error', error =>
        fail(
          error.name === 'AbortError'
            ? `did not answer within ${timeout / 1000} s`
            : `failed: ${error.message}`,
        ),
      );
      call.end();
    } catch (error) {
      fail(`cannot be asked: ${error}`);
    }
  });
}
