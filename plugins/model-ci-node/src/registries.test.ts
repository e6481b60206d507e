import { ConfigReader } from '@backstage/config';
import { credentialsFor, readRegistries } from './registries';

describe('the configuration of registries', () => {
  const read = (...registries: object[]) =>
    readRegistries(new ConfigReader({ modelCi: { registries } }));

  it('gives the credentials of an image by its host alone', () => {
    const registries = read(
      {
        host: 'registry.example:5000',
        username: 'a',
        password: 'b',
        push: 'team/models',
      },
      { host: 'localhost:5000' },
    );
    expect(
      credentialsFor('registry.example:5000/x@sha256:1', registries),
    ).toEqual({
      username: 'a',
      password: 'b',
      serveraddress: 'registry.example:5000',
    });
    expect(
      credentialsFor('registry.example:5000.evil.example/x', registries),
    ).toBeUndefined();
    expect(credentialsFor('localhost:5000/x', registries)).toBeUndefined();
    expect(readRegistries(new ConfigReader({}))).toEqual([]);
  });

  it.each([
    ['docker.io', 'org/app:1'],
    ['docker.io', 'busybox'],
    ['index.docker.io', 'docker.io/org/app:1'],
    ['registry.example', 'registry.example:443/x:1'],
    ['registry.example:443', 'Registry.example/x:1'],
  ])('gives the credentials of %s for %s', (host, image) => {
    const registries = read({ host, username: 'a', password: 'b' });
    expect(credentialsFor(image, registries)).toEqual({
      username: 'a',
      password: 'b',
      serveraddress: host,
    });
  });

  it('gives no credentials to the port of a host that has no TLS, unless they are meant for it', () => {
    const account = { username: 'a', password: 'b' };
    const [secure, plain] = ['registry.example', 'registry.example:80'].map(
      host => read({ host, ...account }),
    );
    const image = 'registry.example:080/x:1';
    expect(credentialsFor(image, secure)).toBeUndefined();
    expect(credentialsFor(image, plain)).toMatchObject(account);
  });

  it('names the key that is wrong', () => {
    expect(() =>
      read({ host: 'a.example' }, { host: 'b.example', user: 'x' }),
    ).toThrow(/^Config modelCi\.registries\[1\]: .*user/);
    expect(() => read({ host: 'a.example', push: 'A' })).toThrow(
      /^Config modelCi\.registries\[0\]\.push: must be/,
    );
  });

  it.each([
    [[{ host: 'https://registry.example' }], 'must be a host'],
    [[{ host: 'busybox' }], 'must be a host'],
    [[{ host: 'a.example', username: 'x' }], 'both username and password'],
    [[{ host: 'a.example', push: '/Models' }], 'must be a path of lowercase'],
    [
      [{ host: 'a.example' }, { host: 'a.example' }],
      "two registries have host 'a.example'",
    ],
    [
      [{ host: 'a.example' }, { host: 'a.example:443' }],
      "two registries have host 'a.example:443'",
    ],
  ])('is refused where it is wrong: %j', (registries, message) => {
    expect(() => read(...registries)).toThrow(message);
  });
});
