import { demandOwn } from './demandOwn';
import { repositoryOf } from './repositoryOf';

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

  it('are run by their own pipeline alone', () => {
    const registries = [
      { host: 'registry.example', push: 'models' },
      { host: 'mirror.example' },
    ];
    const run = (image: string) => () =>
      demandOwn(image, 'modelpipeline:default/a', registries);
    for (const image of [
      'registry.example/models/default/a:1',
      'registry.example/models/default/a@sha256:0',
      'registry.example/other:1',
      'mirror.example/models/default/b',
    ]) {
      expect(run(image)).not.toThrow();
    }
    for (const image of [
      'registry.example/models/default/ab:1',
      'registry.example/models/default/a/cache',
      'registry.example/models/cache/default/a',
      'model-ci/built/default/b',
      'docker.io/model-ci/built/default/b',
    ]) {
      expect(run(image)).toThrow('is of another pipeline');
    }
  });
});
