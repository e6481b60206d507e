import { repositoryOf } from './imageNames';

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
