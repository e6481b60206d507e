import { createHmac, timingSafeEqual } from 'node:crypto';
import type { RequestValidator } from '@backstage/plugin-events-node';

/** Lets only requests pass whose body was signed with the secret: HMAC-SHA256, in hexadecimal digits. */
export function createSignatureValidator(options: {
  secret: string;
  /** Header with the signature, in lower case. */
  header: string;
  /** What stands before it. */
  prefix?: string;
}): RequestValidator {
  const { secret, header, prefix = '' } = options;
  return async (request, context) => {
    const given = request.headers[header];
    const expected = `${prefix}${createHmac('sha256', secret)
      .update(request.raw.body)
      .digest('hex')}`;
    if (typeof given !== 'string' || !isSame(given, expected)) {
      context.reject({
        status: 403,
        payload: { message: 'invalid signature' },
      });
    }
  };
}

function isSame(given: string, expected: string): boolean {
  const [a, b] = [given, expected].map(text => Buffer.from(text));
  return a.length === b.length && timingSafeEqual(a, b);
}
