import { isError } from '@backstage/errors';
import {
  reason,
  type Reason,
} from '@model-ci/backstage-plugin-model-ci-common';
import {
  openAnswer,
  openUpstream,
  type Upstream,
} from './endpoint/openUpstream';

export type Probe = { healthy: true } | { healthy: false; reason: Reason };

/** Asks a service whether it can take predictions: `GET path` must answer 200. The path comes from a model repository. */
export async function probeHealth(options: {
  upstream: Upstream;
  path: string;
  timeout: number;
}): Promise<Probe> {
  const { path, timeout } = options;
  try {
    const answer = await ask(options);
    return 'refusal' in answer
      ? failed(path, answer.refusal)
      : judge(path, answer.status);
  } catch (error) {
    if (isError(error) && error.name === 'AbortError') {
      const limit = { seconds: timeout / 1000 };
      return {
        healthy: false,
        reason: reason('probe.timeout', { path, limit }),
      };
    }
    return failed(path, isError(error) ? error.message : String(error));
  }
}

function ask({
  upstream,
  path,
  timeout,
}: Parameters<typeof probeHealth>[0]): Promise<
  { status: number } | { refusal: string }
> {
  return new Promise((resolve, reject) => {
    const signal = AbortSignal.timeout(timeout);
    const call = openUpstream(upstream, { path, signal });
    call.on('response', answer => {
      answer.on('error', () => {});
      openAnswer(
        answer,
        upstream,
        opened => {
          call.destroy();
          resolve(
            'refusal' in opened ? opened : { status: answer.statusCode ?? 0 },
          );
        },
        reject,
      );
    });
    call.on('error', reject);
    call.end();
  });
}

function judge(path: string, status: number): Probe {
  return status === 200
    ? { healthy: true }
    : { healthy: false, reason: reason('probe.status', { path, status }) };
}

function failed(path: string, error: string): Probe {
  return { healthy: false, reason: reason('probe.failed', { path, error }) };
}
