import {
  reasonSchema,
  type Reason,
} from '@model-ci/backstage-plugin-model-ci-common';

/** An error whose reason the HTTP interface answers beside its message, so that pages can word it in the reader's language. */
export function withReason<TError extends Error>(
  ErrorType: new (message: string, cause?: unknown) => TError,
  reason: Reason,
  cause?: unknown,
): TError & { reason: Reason } {
  return Object.assign(new ErrorType(reason.text, cause), { reason });
}

/** The reason of such an error. */
export function reasonOf(error: Error): Reason | undefined {
  return 'reason' in error
    ? reasonSchema.safeParse(error.reason).data
    : undefined;
}
