import { mockServices } from '@backstage/backend-test-utils';
import type { JsonObject } from '@backstage/types';
import { readEnvironments } from './environments';
import { readDeploymentSettings } from './settings';

function read(environments: JsonObject[]) {
  return readEnvironments(
    mockServices.rootConfig({ data: { modelCi: { environments } } }),
  );
}

describe('readEnvironments', () => {
  it('reads environments in order, with the name as the default title', () => {
    expect(
      read([
        { name: 'staging', title: 'Staging', executor: 'process', node: 'n1' },
        { name: 'production', description: 'For all', executor: 'docker' },
      ]),
    ).toEqual([
      {
        name: 'staging',
        title: 'Staging',
        executor: 'process',
        node: 'n1',
        optional: false,
      },
      {
        name: 'production',
        title: 'production',
        description: 'For all',
        executor: 'docker',
        optional: false,
      },
    ]);
  });

  it('answers none without configuration', () => {
    expect(readEnvironments(mockServices.rootConfig())).toEqual([]);
  });

  it('names the key of every error at once', () => {
    expect(() =>
      read([
        { name: 'Staging!', executor: 'process' },
        { name: 'b', executor: 'Docker!' },
        { executor: 'docker', title: 3 },
        { name: 'c', executor: 'docker', nodes: ['x'] },
      ]),
    ).toThrow(
      'Invalid configuration: modelCi.environments[0].name must consist of lower case letters, digits and hyphens, as it becomes part of URLs; ' +
        'modelCi.environments[1].executor must be the name of an executor; ' +
        'modelCi.environments[2].name is missing; ' +
        'modelCi.environments[2].title must be a string; ' +
        'modelCi.environments[3].nodes is not known; known are name, title, description, executor, node',
    );
  });

  it('reads what protects an environment, and refuses what would let nobody in', () => {
    const protectedBy = (protection: JsonObject) =>
      read([{ name: 'a', executor: 'process', protection }]);
    const protection = {
      deployers: ['group:default/release', 'external:ci'],
      branches: ['main'],
      pipelines: ['modelpipeline:default/a'],
    };
    expect(protectedBy(protection)[0].protection).toEqual(protection);
    expect(() => protectedBy({ deployers: [] })).toThrow(
      'modelCi.environments[0].protection.deployers must not be empty; leave it out to allow all',
    );
    expect(() => protectedBy({ deployers: ['release'] })).toThrow(
      'modelCi.environments[0].protection.deployers[0] must be a full entity ref',
    );
    expect(() => protectedBy({ deployer: [] })).toThrow(
      'modelCi.environments[0].protection.deployer is not known; known are deployers, branches, pipelines',
    );
  });

  it('refuses two environments of one name', () => {
    expect(() =>
      read([
        { name: 'a', executor: 'process' },
        { name: 'a', executor: 'docker' },
      ]),
    ).toThrow(/modelCi\.environments\[1\]\.name is 'a' like modelCi/);
  });
});

describe('readDeploymentSettings', () => {
  it('reads durations and refuses useless ones by their key', () => {
    const settings = (deployments: JsonObject) =>
      readDeploymentSettings(
        mockServices.rootConfig({ data: { modelCi: { deployments } } }),
      );
    expect(settings({ healthInterval: { seconds: 3 } }).healthInterval).toBe(
      3000,
    );
    expect(() => settings({ leaseDuration: { milliseconds: 5 } })).toThrow(
      'modelCi.deployments.leaseDuration must be between one second and 24 days',
    );
    expect(() => settings({ maxRequestBytes: 0 })).toThrow(
      'modelCi.deployments.maxRequestBytes must be a whole number of bytes above 0',
    );
    for (const [key, header, covered] of [
      ['requestHeaders', 'Authorization', 'authorization'],
      ['requestHeaders', 'cook*', 'cookie'],
      ['answerHeaders', '*', 'clear-site-data'],
      ['answerHeaders', 'set-*', 'set-cookie'],
    ]) {
      expect(() => settings({ [key]: ['x-a', header] })).toThrow(
        header === '*'
          ? `modelCi.deployments.${key}[1] must be the name of a header`
          : `modelCi.deployments.${key}[1] covers '${covered}', which is never passed on`,
      );
    }
    expect(
      settings({ requestHeaders: ['X-Feature-*'] }).requestHeaders,
    ).toEqual(['x-feature-*']);
  });
});
