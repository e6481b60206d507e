import { pullFailure } from './pullFailure';

const nameOf = (text: string) =>
  pullFailure('team/model:1', 'gpu-01', new Error(text)).name;

describe('an image that could not be pulled', () => {
  it.each([
    'invalid reference format',
    'manifest for team/model:1 not found: manifest unknown: manifest unknown',
    "pull access denied for team/model, repository does not exist or may require 'docker login'",
    'unauthorized: authentication required',
    'Error response from daemon: no matching manifest for linux/arm64/v8 in the manifest list entries',
    'denied: requested access to the resource is denied',
  ])('is the fault of the stage: %s', text => {
    expect(nameOf(text)).toBe('InputError');
  });

  it.each([
    'Get "https://registry-1.docker.io/v2/": dial tcp: lookup registry-1.docker.io: no such host',
    'Get "http://127.0.0.1:1/v2/": dial tcp 127.0.0.1:1: connect: connection refused',
    'net/http: TLS handshake timeout',
    'received unexpected HTTP status: 503 Service Unavailable',
    'toomanyrequests: You have reached your pull rate limit',
    'unexpected EOF',
  ])('is the fault of the platform: %s', text => {
    expect(nameOf(text)).toBe('ServiceUnavailableError');
  });
});
