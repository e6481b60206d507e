import { demandOwn, demandOwnImage } from './demandOwn';
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

  it.each(['house_price', 'a.b', 'A', '-', 'a--b'])(
    "are nobody else's, whatever others are called: %s",
    name => {
      const repository = repositoryOf(`modelpipeline:default/${name}`);
      const last = repository.slice(repository.lastIndexOf('/') + 1);
      expect(last).toMatch(/^[a-z0-9]+(?:(?:-+|_)[a-z0-9]+)*$/);
      expect(repositoryOf(`modelpipeline:default/${last}`)).not.toBe(
        repository,
      );
    },
  );

  it('are run by their own pipeline alone', () => {
    const registries = [
      { host: 'registry.example', push: 'models' },
      { host: 'mirror.example' },
      { host: 'docker.io', push: 'org' },
      { host: 'ports.example:5000', push: 'm' },
    ];
    const run = (image: string) => () =>
      demandOwn(image, 'modelpipeline:default/a', registries);
    for (const image of [
      'registry.example/models/default/a:1',
      'registry.example/models/default/a@sha256:0',
      'registry.example/other:1',
      'mirror.example/models/default/b',
      'registry.example:443/models/default/a:1',
      'ports.example:05000/m/default/a',
      'org/default/a:1',
      'docker.io/org/default/a:1',
      'model-ci/built/default/a',
      'busybox',
      'docker.io/library/busybox:1',
      'cafe',
      'some/sha256:1',
    ]) {
      expect(run(image)).not.toThrow();
    }
    for (const image of [
      'registry.example/models/default/ab:1',
      'registry.example/models/default/a/cache',
      'registry.example/models/cache/default/a',
      'model-ci/built/default/b',
      'docker.io/model-ci/built/default/b',
      'registry-1.docker.io/model-ci/built/default/b',
      'REGISTRY.example/models/default/b',
      'registry.example:443/models/default/b',
      'registry.example:080/models/default/b',
      'ports.example:05000/m/default/b',
      'org/default/b:1',
      'docker.io/org/default/b:1',
      'index.docker.io/org/default/b:1',
      'registry-1.docker.io/org/default/b@sha256:0',
    ]) {
      expect(run(image)).toThrow('is of another pipeline');
    }
    const digits = '15dc6'.padEnd(64, '0');
    for (const image of [
      `sha256:${digits}`,
      'sha256:15dc6',
      `sha512:${digits}`,
      `docker.io/sha256:${digits}`,
      `docker.io/library/sha256@sha256:${digits}`,
      digits,
    ]) {
      expect(run(image)).toThrow('is an id');
    }
    const spec = { image: `sha256:${digits}`, pipelineRef: 'x:default/a' };
    expect(() => demandOwnImage(spec, [])).toThrow('is an id');
    expect(() =>
      demandOwnImage({ ...spec, imageIsBuilt: true }, []),
    ).not.toThrow();
  });
});
