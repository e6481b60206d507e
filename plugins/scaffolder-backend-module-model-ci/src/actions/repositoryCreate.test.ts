import { createHash } from 'node:crypto';
import { symlink } from 'node:fs/promises';
import {
  createMockDirectory,
  mockServices,
} from '@backstage/backend-test-utils';
import { createMockActionContext } from '@backstage/plugin-scaffolder-node-test-utils';
import express from 'express';
import { extract } from 'tar-stream';
import { parse } from 'yaml';
import { startServer } from '../testing/startServer';
import { createRepositoryCreateAction } from './repositoryCreate';

interface Request {
  path: string;
  authorization?: string;
  query: unknown;
  body: unknown;
}

const TASK = 'task-1';
const gitUrl = 'http://portal.example/api/model-ci-git';

describe('model-ci:repository:create', () => {
  const workspace = createMockDirectory();
  let server: Awaited<ReturnType<typeof startServer>>;
  let requests: Request[];
  let refusal: { status: number; message: string } | undefined;

  beforeAll(async () => {
    const app = express();
    app.use((request, response, next) => {
      if (refusal) {
        const { status, message } = refusal;
        request.resume();
        response.status(status).json({
          error: { name: 'ConflictError', message },
          response: { statusCode: status },
        });
        return;
      }
      next();
    });
    const record = (request: express.Request, body: unknown) =>
      requests.push({
        path: request.path,
        authorization: request.headers.authorization,
        query: request.query,
        body,
      });
    app.post(
      '/api/model-ci-git/repositories',
      express.json(),
      (request, response) => {
        record(request, request.body);
        const { name, owner } = request.body;
        response.status(201).json({
          name,
          owner,
          defaultBranch: 'main',
          cloneUrl: `${gitUrl}/${name}.git`,
          webUrl: `http://portal.example/model-ci/repositories/${name}`,
          rawUrl: `${gitUrl}/${name}.git/raw/main/`,
        });
      },
    );
    app.post(
      '/api/model-ci-git/repositories/:name/commits',
      async (request, response) => {
        const entries: Array<[string, number | undefined, string]> = [];
        const tree = createHash('sha1');
        const archive = extract();
        request.on('data', chunk => tree.update(chunk)).pipe(archive);
        for await (const entry of archive) {
          let content = '';
          for await (const chunk of entry) {
            content += String(chunk);
          }
          const { name, mode } = entry.header;
          entries.push([name, mode, content]);
        }
        record(request, entries);
        response.status(201).json({ commit: tree.digest('hex') });
      },
    );
    server = await startServer(app);
  });

  afterAll(() => server.stop());

  beforeEach(() => {
    requests = [];
    refusal = undefined;
    workspace.setContent({
      'README.md': '# House price\n',
      src: { 'a.py': 'print(1)\n', 'b.py': '' },
      '.gitignore': 'model/\n',
      '.git': { config: 'not for others' },
    });
  });

  async function run(
    input: Parameters<ReturnType<typeof createAction>['handler']>[0]['input'],
    options: { isDryRun?: boolean; signal?: AbortSignal } = {},
  ) {
    const context = createMockActionContext({
      task: { id: TASK },
      input,
      workspacePath: workspace.path,
    });
    await createAction().handler({ ...context, ...options });
    return Object.fromEntries(jest.mocked(context.output).mock.calls);
  }

  function createAction() {
    return createRepositoryCreateAction({
      auth: mockServices.auth(),
      discovery: {
        getBaseUrl: async id => `${server.url}/api/${id}`,
        getExternalBaseUrl: async id => `http://portal.example/api/${id}`,
      },
    });
  }

  const input = { name: 'house-price', owner: 'group:default/ml' };

  it('creates the repository and commits the workspace, on behalf of the user', async () => {
    const outputs = await run({
      ...input,
      description: 'Predicts prices',
      commitMessage: 'Begin',
    });

    expect(requests).toEqual([
      {
        path: '/api/model-ci-git/repositories',
        authorization: expect.stringMatching(
          /^Bearer mock-service-token:.*user:default\/mock.*model-ci-git/,
        ),
        query: {},
        body: {
          ...input,
          description: 'Predicts prices',
          creationId: TASK,
        },
      },
      {
        path: '/api/model-ci-git/repositories/house-price/commits',
        authorization: expect.stringContaining('user:default/mock'),
        query: { branch: 'main', message: 'Begin', creationId: TASK },
        body: [
          ['.gitignore', 0o644, 'model/\n'],
          ['README.md', 0o644, '# House price\n'],
          ['src/a.py', 0o644, 'print(1)\n'],
          ['src/b.py', 0o644, ''],
        ],
      },
    ]);
    expect(outputs).toEqual({
      remoteUrl: `${gitUrl}/house-price.git`,
      repoContentsUrl: `${gitUrl}/house-price.git/raw/main/`,
      webUrl: 'http://portal.example/model-ci/repositories/house-price',
      catalogInfoUrl: `${gitUrl}/house-price.git/raw/main/catalog-info.yaml`,
      commitHash: expect.stringMatching(/^[0-9a-f]{40}$/),
    });
  });

  it('sends the same bytes again for the same workspace, so that trying again makes no second commit', async () => {
    const first = await run(input);
    const second = await run(input);
    expect(second).toEqual(first);
  });

  it('commits one folder of the workspace', async () => {
    await run({ ...input, sourcePath: './src' });
    expect(requests[1].body).toEqual([
      ['a.py', 0o644, 'print(1)\n'],
      ['b.py', 0o644, ''],
    ]);
  });

  it('takes an empty description as none', async () => {
    await run({ ...input, description: '' });
    expect(requests[0].body).toEqual({ ...input, creationId: TASK });
  });

  it('asks nobody in a dry run, and says what would be', async () => {
    const outputs = await run(input, { isDryRun: true });
    expect(requests).toEqual([]);
    expect(outputs).toEqual({
      remoteUrl: `${server.url}/api/model-ci-git/house-price.git`,
      repoContentsUrl: `${server.url}/api/model-ci-git/house-price.git/raw/main/`,
      webUrl: `${server.url}/api/model-ci-git/house-price.git`,
      catalogInfoUrl: `${server.url}/api/model-ci-git/house-price.git/raw/main/catalog-info.yaml`,
      commitHash: '0'.repeat(40),
    });
  });

  it.each([
    [{ ...input, name: 'House Price' }, /name: must be lowercase letters/],
    [{ ...input, name: '../x' }, /name: must be lowercase letters/],
    [{ ...input, owner: '' }, /owner: /],
    [{ ...input, sourcePath: '../..' }, /outside/i],
    [{ ...input, sourcePath: '/etc' }, /outside/i],
  ])('refuses %p before anything is made', async (bad, message) => {
    await expect(run(bad)).rejects.toThrow(message);
    await expect(run(bad, { isDryRun: true })).rejects.toThrow(message);
    expect(requests).toEqual([]);
  });

  it('refuses an empty folder and links', async () => {
    workspace.setContent({ empty: {}, full: { a: 'x' } });
    await expect(run({ ...input, sourcePath: 'empty' })).rejects.toThrow(
      /nothing to commit/,
    );
    await symlink('/etc/passwd', workspace.resolve('full/link'));
    await expect(run({ ...input, sourcePath: 'full' })).rejects.toThrow(
      /'link' is neither a file nor a folder/,
    );
    expect(requests).toEqual([]);
  });

  it('reports what the git host answers', async () => {
    refusal = { status: 409, message: 'house-price belongs to somebody else' };
    await expect(run(input)).rejects.toThrow(
      /house-price belongs to somebody else/,
    );
  });

  it('stops when the task is cancelled', async () => {
    await expect(run(input, { signal: AbortSignal.abort() })).rejects.toThrow(
      /abort/i,
    );
    expect(requests).toEqual([]);
  });

  it('has examples that its schema accepts', () => {
    const { examples = [], schema } = createAction();
    expect(examples).toHaveLength(2);
    for (const { example } of examples) {
      const [step] = parse(example).steps;
      expect(step.action).toBe('model-ci:repository:create');
      expect(Object.keys(schema?.input?.properties ?? {})).toEqual(
        expect.arrayContaining(Object.keys(step.input)),
      );
    }
  });
});
