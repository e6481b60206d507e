import { mockCredentials } from '@backstage/backend-test-utils';
import {
  AuthorizeResult,
  type AuthorizePermissionResponse,
} from '@backstage/plugin-permission-common';
import { administerPermission } from '@model-ci/backstage-plugin-model-ci-common';
import { limitPermissionCalls } from './limitPermissionCalls';

const ALLOWED: AuthorizePermissionResponse[] = [
  { result: AuthorizeResult.ALLOW },
];

function askWith(authorize: () => Promise<AuthorizePermissionResponse[]>) {
  const permissions = limitPermissionCalls({
    authorize,
    authorizeConditional: authorize,
  });
  return () =>
    permissions.authorize([{ permission: administerPermission }], {
      credentials: mockCredentials.user(),
    });
}

describe('questions to the permission backend', () => {
  it('wait for each other when a crowd asks, and are all answered', async () => {
    const waiting: Array<() => void> = [];
    let most = 0;
    const ask = askWith(async () => {
      await new Promise<void>(resolve => waiting.push(resolve));
      return ALLOWED;
    });
    const answers = Promise.all(Array.from({ length: 1_000 }, ask));
    for (let answered = 0; answered < 1_000; ) {
      await new Promise(setImmediate);
      most = Math.max(most, waiting.length);
      answered += waiting.length;
      waiting.splice(0).forEach(answer => answer());
    }
    expect(await answers).toHaveLength(1_000);
    expect(most).toBeLessThanOrEqual(64);
  });

  const broken = Object.assign(new Error('broken'), { code: 'ECONNRESET' });

  it.each([
    ['node-fetch', broken],
    ['fetch', new TypeError('fetch failed', { cause: broken })],
  ])('are answered as unavailable where %s cannot reach it', (_, error) =>
    expect(
      askWith(async () => {
        throw error;
      })(),
    ).rejects.toMatchObject({
      name: 'ServiceUnavailableError',
      message: expect.stringContaining('ask again'),
    }),
  );

  it('are answered as it answered them otherwise', () =>
    expect(
      askWith(async () => {
        throw Object.assign(new Error('no'), { name: 'NotAllowedError' });
      })(),
    ).rejects.toMatchObject({ name: 'NotAllowedError' }));
});
