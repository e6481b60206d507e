import { isPlatformFailure } from './isPlatformFailure';

describe('failures of a platform', () => {
  it.each([
    'failed to copy: write /x: no space left on device',
    'Get "https://registry.example/v2/": dial tcp: connection refused',
    'python:3: failed to resolve source metadata for docker.io/library/python:3: failed to do request: i/o timeout',
  ])('are %j', text => {
    expect(isPlatformFailure(text)).toBe(true);
  });

  it.each([
    'failed to compute cache key: "/no space left on device": not found',
    'failed to compute cache key: "/a\\"/no space left on device": not found',
    'failed to compute cache key: "/and so on/no space left on device',
    'toomanyrequests: failed to resolve source metadata for docker.io/library/toomanyrequests: not found',
  ])('are not what a Dockerfile says: %j', text => {
    expect(isPlatformFailure(text)).toBe(false);
  });
});
