import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { ConfigReader } from '@backstage/config';
import { ScmIntegrations } from '@backstage/integration';
import { createMockDirectory } from '@backstage/backend-test-utils';
import { createPublishGiteaAction } from '@backstage/plugin-scaffolder-backend-module-gitea';
import { createPublishGithubAction } from '@backstage/plugin-scaffolder-backend-module-github';
import { createPublishGitlabAction } from '@backstage/plugin-scaffolder-backend-module-gitlab';
import { createMockActionContext } from '@backstage/plugin-scaffolder-node-test-utils';
import express from 'express';
import { parse } from 'yaml';
import { startServer } from './testing/startServer';

const template: { spec: { steps: Array<{ id: string; input: object }> } } =
  parse(
    readFileSync(
      resolve(__dirname, '../../../templates/linear-regression-model.yaml'),
      'utf8',
    ),
  );

/** Answers as the hosts do where acme/house exists already. */
function createHost(requests: string[]) {
  const app = express();
  app.use((req, _res, next) => {
    requests.push(`${req.method} ${req.path}`);
    next();
  });
  app.get('/users/acme', (_req, res) => res.json({ type: 'Organization' }));
  app.post('/orgs/acme/repos', (_req, res) =>
    res.status(422).json({
      message: 'Repository creation failed.',
      errors: [{ message: 'name already exists on this account' }],
    }),
  );
  app.get('/api/v4/namespaces/acme', (_req, res) =>
    res.json({ id: 1, kind: 'group' }),
  );
  app.get('/api/v4/user', (_req, res) => res.json({ id: 2 }));
  app.get('/api/v4/groups/acme/projects', (_req, res) =>
    res.json([{ id: 3, path: 'house', default_branch: 'main' }]),
  );
  app.post('/api/v4/projects', (_req, res) =>
    res.status(400).json({ message: { path: ['has already been taken'] } }),
  );
  app.get('/api/v1/orgs/acme', (_req, res) => res.json({ id: 1 }));
  app.post('/api/v1/orgs/acme/repos', (_req, res) =>
    res.status(409).json({ message: 'The repository already exists.' }),
  );
  return app;
}

describe('the stock actions, as the template uses them', () => {
  const workspace = createMockDirectory({
    content: { 'README.md': '# House' },
  });
  const requests: string[] = [];
  let server: Awaited<ReturnType<typeof startServer>>;

  beforeAll(async () => {
    server = await startServer(createHost(requests));
  });
  beforeEach(() => requests.splice(0));
  afterAll(() => server.stop());

  const hosts = {
    github: {
      action: createPublishGithubAction,
      config: () => ({ apiBaseUrl: server.url, token: 't' }),
      refusal: /name already exists/,
      asked: 'POST /orgs/acme/repos',
    },
    gitlab: {
      action: createPublishGitlabAction,
      config: () => ({
        apiBaseUrl: `${server.url}/api/v4`,
        baseUrl: server.url,
        token: 't',
      }),
      refusal: /Bad Request|already been taken/,
      asked: 'POST /api/v4/projects',
    },
    gitea: {
      action: createPublishGiteaAction,
      config: () => ({ baseUrl: server.url, username: 'u', password: 'p' }),
      refusal: /already exists/,
      asked: 'POST /api/v1/orgs/acme/repos',
    },
  };

  it.each(['github', 'gitlab', 'gitea'] as const)(
    'never touch a repository that exists on %s',
    async type => {
      const { action, config: configOf, refusal, asked } = hosts[type];
      const host = `${type}.example`;
      const config = new ConfigReader({
        integrations: { [type]: [{ host, ...configOf() }] },
      });
      const integrations = ScmIntegrations.fromConfig(config);
      const step = template.spec.steps.find(({ id }) => id === type);
      const context = createMockActionContext({
        input: {
          ...step?.input,
          repoUrl: `${host}?owner=acme&repo=house`,
        },
        workspacePath: workspace.path,
      });
      const { handler } = action({ integrations, config }) as {
        handler(ctx: typeof context): Promise<void>;
      };
      await expect(handler(context)).rejects.toThrow(refusal);
      expect(requests[requests.length - 1]).toBe(asked);
      expect(context.output).not.toHaveBeenCalled();
    },
  );
});

describe('what a template fetches', () => {
  const integrations = ScmIntegrations.fromConfig(
    new ConfigReader({
      integrations: {
        gitea: [{ host: 'gitea.com' }],
        gitlab: [{ host: 'gitlab.com' }],
      },
    }),
  );

  it.each([
    ['github.com/acme/models/blob/main', 'github.com/acme/models/tree/main'],
    [
      'gitlab.com/acme/models/-/blob/main',
      'gitlab.com/acme/models/-/blob/main',
    ],
    [
      'gitea.com/acme/models/src/branch/main',
      'gitea.com/acme/models/src/branch/main',
    ],
  ])('lies beside its file in %s', (place, found) => {
    const base = `https://${place}/templates/linear-regression-model.yaml`;
    expect(
      integrations
        .byUrl(base)
        ?.resolveUrl({ url: './common/ci/jenkins', base }),
    ).toBe(`https://${found}/templates/common/ci/jenkins`);
  });
});
