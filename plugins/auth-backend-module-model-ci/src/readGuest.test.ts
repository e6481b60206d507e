import { ConfigReader } from '@backstage/config';
import { readGuest } from './readGuest';

const read = (guest: object | undefined, nodeEnv: string) =>
  readGuest(
    new ConfigReader({ auth: { providers: guest ? { guest } : {} } }),
    nodeEnv,
  );

describe('readGuest', () => {
  it('knows the guest where the guest provider works', () => {
    expect(read({}, 'development')).toEqual({
      userRef: 'user:development/guest',
      ownershipRefs: ['user:development/guest'],
    });
    expect(read({ userEntityRef: 'User:Guest' }, 'development')).toMatchObject({
      userRef: 'user:default/guest',
    });
    expect(
      read(
        {
          dangerouslyAllowOutsideDevelopment: true,
          ownershipEntityRefs: ['group:default/ml'],
        },
        'production',
      ),
    ).toMatchObject({ ownershipRefs: ['group:default/ml'] });
    expect(read({}, 'production')).toBeUndefined();
    expect(read(undefined, 'development')).toBeUndefined();
  });
});
