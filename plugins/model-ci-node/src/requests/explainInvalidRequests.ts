import { InputError } from '@backstage/errors';
import { quote } from './describeIssue';

/**
 * Error handler for the end of a router: puts what Express and its body parser say about a request into our words, and
 * passes everything else on.
 */
export function explainInvalidRequests(
  error: unknown,
  _req: unknown,
  _res: unknown,
  next: (error: unknown) => void,
): void {
  next(inOurWords(error));
}

function inOurWords(error: unknown): unknown {
  if (!(error instanceof Error)) {
    return error;
  }
  const segment = /^Failed to decode param '(.*)'$/s.exec(error.message)?.[1];
  if (error instanceof URIError && segment !== undefined) {
    return new InputError(
      `Invalid path: ${quote(segment)} must be percent-encoded UTF-8`,
    );
  }
  const type = 'type' in error ? error.type : undefined;
  if (type === 'entity.parse.failed') {
    return new InputError(
      `Invalid body: must be a JSON object: ${error.message}`,
    );
  }
  if (type === 'entity.too.large' && 'limit' in error) {
    error.message = `The body has more than ${error.limit} bytes, the maximum here`;
  }
  return error;
}
