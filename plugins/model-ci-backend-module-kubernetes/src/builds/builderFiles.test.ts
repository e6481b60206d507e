import type { Registry } from '@model-ci/backstage-plugin-model-ci-node';
import { imageBuildsSchema, type BuilderConfig } from './builderConfig';
import { builderFiles } from './builderFiles';

function filesOf(
  builder: Partial<BuilderConfig>,
  registries: Registry[] = [{ host: 'registry.example', push: 'models' }],
) {
  return builderFiles({
    builder: { ...imageBuildsSchema.parse({}), ...builder },
    registries,
    pipelineRef: 'modelpipeline:default/price',
    network: 'default',
  });
}

/** The lines of each table that says something of a registry. */
function tablesOf(toml: string): Record<string, string[]> {
  return Object.fromEntries(
    [...toml.matchAll(/^\[registry\."(.*)"\]\n((?:[^[].*\n)*)/gm)].map(
      ([, host, lines]) => [host, lines.trim().split('\n')],
    ),
  );
}

describe('the configuration of the builder', () => {
  it('names mirrors and registries without TLS', () => {
    const { 'buildkitd.toml': toml, ...rest } = filesOf({
      mirrors: { 'docker.io': ['mirror.example:5000', 'registry.example'] },
      plainHttp: ['mirror.example:5000'],
    });
    expect(tablesOf(toml)).toEqual({
      'docker.io': ['mirrors = ["mirror.example:5000","registry.example"]'],
      'mirror.example:5000': ['http = true'],
      'registry.example': [''],
    });
    expect(rest).not.toHaveProperty('ca.pem');
  });

  it('names the mirrors of a registry without TLS', () => {
    const { 'buildkitd.toml': toml } = filesOf({
      mirrors: { 'm.example': ['n.example'] },
      plainHttp: ['m.example'],
    });
    expect(tablesOf(toml)['m.example']).toEqual([
      'mirrors = ["n.example"]',
      'http = true',
    ]);
  });

  it("trusts the authority at each of the portal's registries, and at mirrors", () => {
    const files = filesOf(
      { ca: 'PEM', mirrors: { 'docker.io': ['mirror.example'] } },
      [
        { host: 'registry.example', push: 'models' },
        { host: 'other.example:5000' },
      ],
    );
    const tables = tablesOf(files['buildkitd.toml']);
    const ca = 'ca = ["/model-ci/builder/ca.pem"]';
    expect(tables).toEqual({
      'docker.io': ['mirrors = ["mirror.example"]', ca],
      'mirror.example': [ca],
      'registry.example': [ca],
      'other.example:5000': [ca],
    });
    expect(files['ca.pem']).toBe('PEM');
  });
});

describe('the credentials of the builder', () => {
  it.each(['docker.io', 'index.docker.io'])(
    'are those of Docker Hub by the name that builders look for: %s',
    host => {
      const files = filesOf({}, [
        { host, username: 'me', password: 'secret' },
        { host: 'registry.example:5000', username: 'you', password: 'hidden' },
        { host: 'open.example' },
      ]);
      expect(JSON.parse(files['config.json'])).toEqual({
        auths: {
          'https://index.docker.io/v1/': { auth: 'bWU6c2VjcmV0' },
          'registry.example:5000': { auth: 'eW91OmhpZGRlbg==' },
        },
      });
    },
  );
});
