import { codeOf, explainFailure, kindOf } from './failures';

const answer = (name: string, httpStatusCode: number) =>
  Object.assign(new Error(name), { name, $metadata: { httpStatusCode } });
const network = (code: string) => Object.assign(new Error(code), { code });

describe('failures of a store', () => {
  it.each([
    [answer('NoSuchKey', 404), 'missing'],
    [answer('NotFound', 404), 'missing'],
    [answer('NoSuchBucket', 404), 'refused'],
    [answer('AccessDenied', 403), 'refused'],
    [answer('SignatureDoesNotMatch', 403), 'refused'],
    [answer('PermanentRedirect', 301), 'refused'],
    [answer('NotImplemented', 501), 'refused'],
    [answer('SlowDown', 503), 'away'],
    [answer('InternalError', 500), 'away'],
    [answer('UnknownError', 502), 'away'],
    [answer('TooManyRequests', 429), 'away'],
    [answer('RequestTimeout', 400), 'away'],
    [network('ECONNREFUSED'), 'away'],
    [network('ECONNRESET'), 'away'],
    [network('ENOTFOUND'), 'away'],
    [Object.assign(new Error(), { name: 'TimeoutError' }), 'away'],
    [network('DEPTH_ZERO_SELF_SIGNED_CERT'), 'unknown'],
    [new Error('something else'), 'unknown'],
    ['a text', 'unknown'],
    [undefined, 'unknown'],
  ])('are told apart: %p is %s', (error, kind) => {
    expect(kindOf(error)).toBe(kind);
  });

  it('have codes, also where HEAD has no body', () => {
    expect(codeOf(answer('AccessDenied', 403))).toBe('AccessDenied');
    expect(codeOf(answer('UnknownError', 403))).toBe('HTTP 403');
    expect(codeOf(answer('403', 403))).toBe('HTTP 403');
    expect(codeOf(network('ECONNREFUSED'))).toBe('ECONNREFUSED');
  });

  it('never look like an artifact that is not there', () => {
    const store = { bucket: 'models', endpoint: 'https://s3.example' };
    for (const error of [
      network('ECONNREFUSED'),
      answer('NoSuchBucket', 404),
      answer('NotFound', 404),
    ]) {
      expect(explainFailure(error, store)).toMatchObject({
        name: 'ServiceUnavailableError',
        reason: { code: expect.stringMatching(/^store\./) },
        message: expect.stringContaining("'models' at https://s3.example"),
      });
    }
    const odd = new Error('something else');
    expect(explainFailure(odd, store)).toBe(odd);
  });
});
