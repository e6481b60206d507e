import { createHash } from 'node:crypto';

const PLAIN = /^[a-z0-9](?:[a-z0-9-]{0,50}[a-z0-9])?$/;

/** The name of an attempt's pod, which keeps it from being started twice. */
export function podName(attemptId: string): string {
  return `model-ci-${
    PLAIN.test(attemptId)
      ? attemptId
      : createHash('sha256').update(attemptId).digest('hex').slice(0, 40)
  }`;
}
