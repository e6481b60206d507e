import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { UrlReaders } from '@backstage/backend-defaults/urlReader';
import { mockCredentials, mockServices } from '@backstage/backend-test-utils';
import { ConfigReader } from '@backstage/config';
import { ScmIntegrations } from '@backstage/integration';
import type { PipelineRow } from '../../database/tables/pipelines';
import { packFiles } from '../../engine/testing/FakeSource';
import { entityFile } from '../../http/testing/createUrlReader';
import { RepositoryFinder } from '../../source/repositories/RepositoryFinder';
import { RepositoryAnalyzer } from './RepositoryAnalyzer';

const COMMIT = '0123456789abcdef0123456789abcdef01234567';
const VALID = 'version: 1\nstages: { train: { run: python train.py } }\n';
const INVALID = 'version: 1\nstages:\n  train:\n    runs: python train.py\n';
const FILES = {
  'catalog-info.yaml': entityFile('house-price'),
  'model-pipeline.yaml': VALID,
  'models/Credit Risk/model-pipeline.yaml': INVALID,
  'node_modules/x/model-pipeline.yaml': VALID,
  '.travis.yml': 'language: python\n',
};

/** Stands for GitHub, GitLab and Gitea, each with the calls that Backstage's own readers make of it. */
class Hosts {
  files: Record<string, string> = FILES;
  defaultBranch: string | undefined = 'trunk';
  isThere = true;
  /** What GitHub calls the repository now. */
  name = 'example/house';
  silent = false;

  constructor(readonly server: Server) {
    server.on('request', (req, res) => {
      this.answer(decodeURIComponent(req.url ?? ''), res);
    });
  }

  get base() {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  private async answer(url: string, res: ServerResponse) {
    if (this.silent && /archive/.test(url)) {
      return;
    }
    if (!this.isThere) {
      res.statusCode = 404;
      res.end('{}');
    } else if (/archive|tarball/.test(url)) {
      const packed = await packFiles(
        Object.fromEntries(
          Object.entries(this.files).map(([path, text]) => [
            `house-0123456/${path}`,
            text,
          ]),
        ),
      );
      res.end(gzipSync(packed));
    } else {
      res.setHeader('content-type', 'application/json');
      res.end(JSON.stringify(this.describe(url)));
    }
  }

  private describe(url: string) {
    const api = `${this.base}/v3/repos/${this.name}`;
    if (/commits/.test(url)) {
      const repository = { archive_url: `${api}/{archive_format}{/ref}` };
      const commit = { sha: COMMIT, id: COMMIT, repository };
      return url.includes('/v4/') ? [commit] : commit;
    }
    return {
      html_url: url.includes('/v3/')
        ? `https://gh.example/${this.name}`
        : `${this.base}/example/house`,
      web_url: 'https://gl.example/example/house',
      default_branch: this.defaultBranch,
    };
  }
}

describe('RepositoryAnalyzer', () => {
  let hosts: Hosts;
  let known: Record<string, Partial<PipelineRow>>;

  beforeAll(async () => {
    const server = createServer();
    await new Promise<void>(resolve => {
      server.listen(0, '127.0.0.1', resolve);
    });
    hosts = new Hosts(server);
  });

  beforeEach(() => {
    known = {};
    Object.assign(hosts, {
      files: FILES,
      defaultBranch: 'trunk',
      isThere: true,
      name: 'example/house',
      silent: false,
    });
  });

  afterAll(() => {
    hosts.server.closeAllConnections();
    hosts.server.close();
  });

  function analyzer(timeout?: number) {
    const { base } = hosts;
    const config = new ConfigReader({
      integrations: {
        github: [
          { host: 'gh.example', apiBaseUrl: `${base}/v3`, token: 'secret' },
        ],
        gitlab: [
          { host: 'gl.example', apiBaseUrl: `${base}/v4`, token: 'secret' },
        ],
        gitea: [{ host: new URL(base).host, baseUrl: base }],
      },
    });
    const integrations = ScmIntegrations.fromConfig(config);
    return new RepositoryAnalyzer({
      integrations,
      reader: UrlReaders.default({
        config,
        logger: mockServices.logger.mock(),
      }),
      repositories: new RepositoryFinder({
        auth: mockServices.auth(),
        discovery: mockServices.discovery(),
        integrations,
      }),
      embedded: async () => ({
        pages: 'https://portal.example/git/repositories/',
        repositories: 'https://other.example/api/model-ci-git/',
      }),
      pipelines: {
        find: async ref => known[ref] as PipelineRow | undefined,
      },
      timeout,
    });
  }

  const analyze = (url: string) =>
    analyzer().analyze(url, mockCredentials.user());

  it.each([
    [
      'GitHub',
      () => 'git@gh.example:example/house.git',
      'https://gh.example/example/house/blob/trunk/catalog-info.yaml',
    ],
    [
      'GitLab',
      () => 'https://gl.example/example/house/-/tree/other/models',
      'https://gl.example/example/house/-/blob/trunk/catalog-info.yaml',
    ],
    [
      'Gitea',
      () => `${hosts.base}/example/house.git`,
      '/example/house/src/branch/trunk/catalog-info.yaml',
    ],
  ])(
    'finds the pipelines of a repository on %s',
    async (_host, url, locationUrl) => {
      const found = await analyze(url());
      expect(found).toMatchObject({
        branch: 'trunk',
        importable: ['.travis.yml'],
        isTruncated: false,
        entityFiles: [
          {
            path: 'catalog-info.yaml',
            entities: [
              {
                kind: 'ModelPipeline',
                namespace: 'default',
                name: 'house-price',
              },
            ],
          },
        ],
      });
      expect(found.pipelines).toEqual([
        {
          file: 'model-pipeline.yaml',
          errors: [],
          entity: {
            ref: 'modelpipeline:default/house-price',
            file: 'catalog-info.yaml',
            locationUrl: expect.stringContaining(locationUrl),
            isRegistered: false,
            isTaken: false,
          },
        },
        {
          file: 'models/Credit Risk/model-pipeline.yaml',
          errors: [
            expect.objectContaining({ line: 3, path: 'stages.train.run' }),
            expect.objectContaining({ line: 4, path: 'stages.train.runs' }),
          ],
          proposal: expect.objectContaining({
            name: 'credit-risk',
            entityFile: 'models/Credit Risk/catalog-info.yaml',
            isAddition: false,
          }),
        },
      ]);
    },
  );

  it('says what is registered, and which names are taken', async () => {
    const ref = 'modelpipeline:default/house-price';
    known[ref] = {
      entity_url:
        'https://gh.example/Example/House/blob/main/catalog-info.yaml',
    };
    const url = 'https://gh.example/example/house';
    expect((await analyze(url)).pipelines[0].entity).toMatchObject({
      isRegistered: true,
      isTaken: false,
    });
    known[ref] = {
      entity_url: 'https://gh.example/other/house/blob/main/catalog-info.yaml',
    };
    expect((await analyze(url)).pipelines[0].entity).toMatchObject({
      isRegistered: false,
      isTaken: true,
    });
  });

  it('registers a renamed repository under its new name', async () => {
    hosts.name = 'example/villa';
    const found = await analyze('https://gh.example/example/house');
    expect(found.repositoryUrl).toBe('https://gh.example/example/villa');
    expect(found.pipelines[0].entity?.locationUrl).toBe(
      'https://gh.example/example/villa/blob/trunk/catalog-info.yaml',
    );
  });

  it('names what an entity names and the repository lacks, and adds to a file that is there', async () => {
    hosts.files = {
      'a/catalog-info.yaml': entityFile('gone'),
      'b/catalog-info.yaml':
        'kind: Component\nmetadata: { name: B }\nspec: { type: ai-model }\n',
      'b/model-pipeline.yaml': VALID,
    };
    const { pipelines } = await analyze('https://gh.example/example/house');
    expect(pipelines).toEqual([
      expect.objectContaining({
        file: 'a/model-pipeline.yaml',
        errors: [
          expect.objectContaining({
            message:
              'There is no a/model-pipeline.yaml, which a/catalog-info.yaml names',
          }),
        ],
      }),
      expect.objectContaining({
        proposal: expect.objectContaining({
          isAddition: true,
          modelRef: 'component:default/b',
          editUrl:
            'https://gh.example/example/house/edit/trunk/b/catalog-info.yaml',
        }),
      }),
    ]);
  });

  it('stays within its limits, whatever the repository holds', async () => {
    hosts.files = Object.fromEntries([
      ['a/model-pipeline.yaml', `# ${'x'.repeat(300 * 1024)}\n${VALID}`],
      ['a/catalog-info.yaml', `a: &a [x, x]\n${'b: [*a, *a]\n'.repeat(200)}`],
      [`${'d/'.repeat(12)}model-pipeline.yaml`, VALID],
      ...Array.from({ length: 150 }, (_, index) => [
        `m/${index}/model-pipeline.yaml`,
        VALID,
      ]),
    ]);
    const found = await analyze('https://gh.example/example/house');
    expect(found.isTruncated).toBe(true);
    expect(found.pipelines.length).toBeLessThanOrEqual(100);
    expect(found.pipelines[0].errors[0].reason).toMatchObject({
      code: 'repository.fileTooLong',
    });
    expect(found.pipelines.map(({ file }) => file)).not.toContainEqual(
      expect.stringMatching(/^d/),
    );
  });

  it('parses no more text than it has time for', async () => {
    const definition = `${VALID}# ${'x'.repeat(200 * 1024)}\n`;
    hosts.files = Object.fromEntries(
      Array.from({ length: 20 }, (_, index) => [
        `${index}/model-pipeline.yaml`,
        definition,
      ]),
    );
    const found = await analyze('https://gh.example/example/house');
    expect(found.pipelines).toHaveLength(5);
    expect(found.isTruncated).toBe(true);
  });

  it.each([
    ['https://gh.example/example', 'repository.badUrl'],
    ['file:///etc/passwd', 'repository.badUrl'],
    ['nonsense', 'repository.badUrl'],
    ['https://elsewhere.example/a/b', 'repository.unknownHost'],
    [
      'https://other.example/api/model-ci-git/secret.git',
      'repository.notFound',
    ],
    ['https://portal.example/git/repositories/secret', 'repository.notFound'],
  ])('refuses %s', async (url, code) => {
    await expect(analyze(url)).rejects.toMatchObject({ reason: { code } });
  });

  it('tells a repository that is not there from one without commits, and from a host that is too slow', async () => {
    const url = 'https://gh.example/example/house';
    hosts.isThere = false;
    await expect(analyze(url)).rejects.toMatchObject({
      name: 'NotFoundError',
      reason: { code: 'repository.notFound' },
    });
    hosts.isThere = true;
    hosts.defaultBranch = undefined;
    await expect(analyze(url)).rejects.toMatchObject({
      reason: { code: 'repository.empty' },
    });
    hosts.defaultBranch = 'trunk';
    hosts.silent = true;
    await expect(
      analyzer(300).analyze(
        'https://gl.example/example/house',
        mockCredentials.user(),
      ),
    ).rejects.toMatchObject({ reason: { code: 'repository.tooSlow' } });
  });
});
