import { ForwardedError, ResponseError } from '@backstage/errors';

/** An answer of another plugin that was no success, with its own words in the message: the log of a task shows no causes. */
export function describeRefusal(error: unknown, what: string): unknown {
  return error instanceof ResponseError
    ? new ForwardedError(what, error.cause)
    : error;
}
