import { toPortalLocation } from './portalLocation';

const PREFIX = '/api/model-ci/endpoints/staging/default/house-price';
const place = {
  serviceOrigin: 'http://127.0.0.1:4000',
  servicePath: '/a/b?c=1',
  portalOrigin: 'https://portal.example',
  prefix: PREFIX,
};

describe('toPortalLocation', () => {
  it.each([
    // A service that knows nothing of the portal.
    ['/target/', `${PREFIX}/target/`],
    ['/target?x=1#y', `${PREFIX}/target?x=1#y`],
    ['target', `${PREFIX}/a/target`],
    ['../up', `${PREFIX}/up`],
    ['../../../../catalog', `${PREFIX}/catalog`],
    ['?only=query', `${PREFIX}/a/b?only=query`],
    ['', `${PREFIX}/a/b?c=1`],
    ['http://127.0.0.1:4000/target', `${PREFIX}/target`],
    ['//127.0.0.1:4000/target', `${PREFIX}/target`],
    // One that knows where it is reached.
    [`${PREFIX}/target/`, `${PREFIX}/target/`],
    [PREFIX, PREFIX],
    [`https://portal.example${PREFIX}/target`, `${PREFIX}/target`],
    ['https://portal.example/target', `${PREFIX}/target`],
    [`${PREFIX}/../../../../../../catalog`, `${PREFIX}/catalog`],
    [`${PREFIX}-other/x`, `${PREFIX}${PREFIX}-other/x`],
    // Other hosts are the caller's to follow or not.
    ['https://docs.example/x', 'https://docs.example/x'],
    ['/\\evil.example/x', 'http://evil.example/x'],
    // No web address.
    // eslint-disable-next-line no-script-url
    ['javascript:alert(1)', undefined],
    ['data:text/html,x', undefined],
    ['http://', undefined],
    [undefined, undefined],
  ])('leads from %s to %s', (location, expected) => {
    expect(toPortalLocation(location, place)).toBe(expected);
  });
});
