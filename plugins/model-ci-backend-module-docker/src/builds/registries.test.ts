import { ConfigReader } from '@backstage/config';
import { repositoryOf } from './imageNames';
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
    [[{ host: 'https://registry.example' }], 'must be a host'],
    [[{ host: 'busybox' }], 'must be a host'],
    [[{ host: 'a.example', username: 'x' }], 'both username and password'],
    [[{ host: 'a.example', push: '/Models' }], 'must be a path of lowercase'],
    [
      [{ host: 'a.example' }, { host: 'a.example' }],
      "two registries have host 'a.example'",
    ],
  ])('is refused where it is wrong: %j', (registries, message) => {
    expect(() => read(...registries)).toThrow(message);
  });
});

describe('repositories', () => {
  it('are named after pipelines, each by itself', () => {
    expect(repositoryOf('modelpipeline:default/house-price')).toBe(
      'model-ci/built/default/house-price',
    );
    const names = ['a.b', 'a_b', 'a--b', 'a-b', 'A-b'].map(name =>
      repositoryOf(`modelpipeline:default/${name}`, 'models'),
    );
    expect(new Set(names).size).toBe(names.length);
    expect(names).toContain('models/default/a-b');
  });
});
